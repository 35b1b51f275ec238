import { createOutboundPolicy } from '../../src/outbound/policy';
import { parseAllowList } from '../../src/outbound/allow-list';
import { createOutbound, type OutboundRequest } from '../../src/outbound/outbound';
import { GOOD_BODY } from '../support/hostile-behaviours';
import { startHostileServer, type HostileServer } from '../support/hostile-server';
import { createLocalOutbound } from '../support/local-outbound';

/** 127.0.0.1 stands for the Internet here, by an exception for that one address; 127.0.0.2 for what must not be reached. */
const PUBLIC = '127.0.0.1';
const PRIVATE = '127.0.0.2';
const ALLOW = ['127.0.0.1/32'];

let server: HostileServer;
let canary: HostileServer;

beforeAll(async () => {
  server = await startHostileServer(PUBLIC);
  canary = await startHostileServer(PRIVATE);
});
afterAll(async () => {
  await server.close();
  await canary.close();
});

/** Answers these lists one after the other, the last one for ever; and counts. */
function resolverOf(...answers: readonly (readonly string[])[]) {
  const asked: string[] = [];
  const resolve = async (hostname: string) => {
    asked.push(hostname);
    return answers[Math.min(asked.length, answers.length) - 1] ?? [];
  };
  return { asked, resolve };
}

async function textOf(outbound: ReturnType<typeof createOutbound>, request: OutboundRequest): Promise<string> {
  const answer = await outbound.request(request);
  try {
    const parts: Uint8Array[] = [];
    for await (const part of answer.body) parts.push(part);
    return Buffer.concat(parts).toString();
  } finally {
    answer.close();
  }
}

const at = (path: string, port = server.port) => `http://media.example.com:${String(port)}/${path}`;

describe('the address that was judged is the one that is connected to', () => {
  it('a name is looked up once for a connection', async () => {
    const { asked, resolve } = resolverOf([PUBLIC], [PRIVATE]);
    expect(await textOf(createLocalOutbound(ALLOW, { resolve }), { url: at('good') })).toBe(GOOD_BODY);
    expect(asked).toEqual(['media.example.com']);
  });

  it('a name that leads inside at the second look-up is refused at the redirect', async () => {
    const { asked, resolve } = resolverOf([PUBLIC], [PRIVATE]);
    const outbound = createLocalOutbound(ALLOW, { resolve });
    await expect(outbound.request({ url: at('hops-1') })).rejects.toMatchObject({ code: 'address_forbidden' });
    expect(asked).toHaveLength(2);
  });

  it.each([
    ['a private one', [PRIVATE]],
    ['a public and a private one', [PUBLIC, PRIVATE]],
    ['a private one last of many', [PUBLIC, PUBLIC, PUBLIC, PUBLIC, PUBLIC, PRIVATE]],
    ['a mapped one', ['::ffff:127.0.0.1']],
    ['the unspecified one', ['0.0.0.0']],
    ['one with a zone', ['fe80::1%lo']],
    ['something else', ['localhost']],
  ])('a name that leads to %s is refused before any connection', async (_name, addresses) => {
    const before = server.requests.length;
    const outbound = createLocalOutbound(ALLOW, resolverOf(addresses));
    for (const port of [server.port, canary.port]) {
      await expect(outbound.request({ url: at('good', port) })).rejects.toMatchObject({
        code: 'address_forbidden',
        retryable: false,
      });
    }
    expect(server.requests).toHaveLength(before);
  });

  it('an address in a URL is never looked up, in whatever form', async () => {
    const { asked, resolve } = resolverOf([PUBLIC]);
    const outbound = createLocalOutbound(ALLOW, { resolve });
    const port = String(server.port);
    for (const host of ['127.0.0.1', '2130706433', '0x7f.1']) {
      expect(await textOf(outbound, { url: `http://${host}:${port}/good` })).toBe(GOOD_BODY);
    }
    for (const host of ['127.0.0.2', '2130706434', '[::ffff:7f00:1]', '[::1]']) {
      await expect(outbound.request({ url: `http://${host}:${port}/good` })).rejects.toMatchObject({
        code: 'url_address',
      });
    }
    expect(asked).toEqual([]);
  });

  it('a port that is not listed may be had by an address of an exception only', async () => {
    const policy = createOutboundPolicy({ ports: [80], allow: parseAllowList(['10.0.0.0/8']) });
    const timeouts = { connectMs: 1_000, headersMs: 1_000, idleMs: 1_000 };
    const outbound = createOutbound({ policy, timeouts, resolve: async () => ['93.184.216.34'] });
    await expect(outbound.request({ url: at('good') })).rejects.toMatchObject({ code: 'address_forbidden' });
  });

  it('a host that is named may lead anywhere', async () => {
    const outbound = createLocalOutbound([`media.example.com:${String(canary.port)}`], resolverOf([PRIVATE]));
    expect(await textOf(outbound, { url: at('good', canary.port) })).toBe(GOOD_BODY);
    expect(canary.requests).toHaveLength(1);
  });
});

describe('looking up', () => {
  it.each([
    ['ENOTFOUND', 'host_not_found'],
    ['ENODATA', 'host_not_found'],
    ['ESERVFAIL', 'dns_failed'],
    ['EAI_AGAIN', 'dns_failed'],
  ])('%s is %s, and worth another attempt', async (code, fault) => {
    const resolve = () => Promise.reject(Object.assign(new Error('media.example.com 10.0.0.1'), { code }));
    const refused = createLocalOutbound(ALLOW, { resolve }).request({ url: at('good') });
    await expect(refused).rejects.toMatchObject({ code: fault, retryable: true, detail: code });
    await expect(refused).rejects.not.toHaveProperty('cause');
    await expect(refused).rejects.not.toThrow(/example|10\.0/);
  });

  it('no address at all is none', async () => {
    const outbound = createLocalOutbound(ALLOW, resolverOf([]));
    await expect(outbound.request({ url: at('good') })).rejects.toMatchObject({ code: 'host_not_found' });
  });

  it('twenty names that never answer end by themselves and keep nobody waiting', async () => {
    const outbound = createLocalOutbound(ALLOW, {
      timeouts: { connectMs: 400, headersMs: 2_000, idleMs: 2_000 },
      resolve: async (hostname) => (hostname.startsWith('slow') ? new Promise<never>(() => undefined) : [PUBLIC]),
    });
    const ended: unknown[] = [];
    const slow = Array.from({ length: 20 }, (_, n) =>
      outbound.request({ url: `http://slow${String(n)}.example.com/` }).catch((error: unknown) => ended.push(error)),
    );
    expect(await textOf(outbound, { url: at('good') })).toBe(GOOD_BODY);
    expect(ended).toEqual([]);
    await Promise.all(slow);
    expect(ended).toEqual(
      Array.from({ length: 20 }, (): unknown => expect.objectContaining({ code: 'dns_timeout', retryable: true })),
    );
  });
});

describe('connecting', () => {
  it('tries the next address when one does not answer, four at most', async () => {
    const closed = ['127.0.0.3', '127.0.0.4', '127.0.0.5', '127.0.0.6'];
    const allow = ['127.0.0.0/8'];
    const third = createLocalOutbound(allow, resolverOf([...closed.slice(0, 3), PUBLIC]));
    expect(await textOf(third, { url: at('good') })).toBe(GOOD_BODY);
    const fifth = createLocalOutbound(allow, resolverOf([...closed, PUBLIC]));
    await expect(fifth.request({ url: at('good') })).rejects.toMatchObject({
      code: 'connect_failed',
      retryable: true,
      detail: 'ECONNREFUSED',
    });
  });

  it('pays no heed to proxies of the environment', async () => {
    const names = ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'NODE_USE_ENV_PROXY'];
    const before = canary.requests.length;
    for (const name of names) process.env[name] = name === 'NODE_USE_ENV_PROXY' ? '1' : canary.url('good');
    try {
      expect(await textOf(createLocalOutbound(ALLOW), { url: server.url('good') })).toBe(GOOD_BODY);
      expect(canary.requests).toHaveLength(before);
    } finally {
      for (const name of names) Reflect.deleteProperty(process.env, name);
    }
  });
});

describe('redirects', () => {
  it('are followed for GET and HEAD; any other request gets them as the answer', async () => {
    const outbound = createLocalOutbound(ALLOW);
    const answer = await outbound.request({ url: server.url('hops-1'), method: 'POST', body: '{}' });
    answer.close();
    expect(answer).toMatchObject({ status: 302, headers: { location: '/good' } });
    const none = await outbound.request({ url: server.url('hops-1'), redirects: 0 });
    none.close();
    expect(none.status).toBe(302);
  });

  it('take credentials along within an origin, and to no other one', async () => {
    const outbound = createLocalOutbound(ALLOW, resolverOf([PUBLIC]));
    const headers = { authorization: 'Bearer x', 'x-signature': 'y', range: 'bytes=5-', 'if-range': '"z"' };
    await textOf(outbound, { url: at('hops-1'), headers });
    expect(server.requests.at(-1)?.head).toMatch(/authorization: Bearer x[^]*x-signature: y/);
    await textOf(outbound, { url: at('308'), headers });
    expect(server.requests.at(-1)?.head).toMatch(/range: bytes=5-\r\nif-range: "z"/);
    expect(server.requests.at(-1)?.head).not.toMatch(/authorization|x-signature/);
  });
});

describe('limits and ends', () => {
  it('what lasts too long as a whole ends, also in the middle of a body', async () => {
    const refused = textOf(createLocalOutbound(ALLOW), { url: server.url('slow'), totalMs: 150 });
    await expect(refused).rejects.toMatchObject({ code: 'total_timeout', retryable: true });
  });

  it.each(['silent', 'stalled', 'endless', 'endless-103'] as const)(
    'the caller’s signal ends %s with its reason',
    async (path) => {
      const reason = new Error('cancelled');
      const controller = new AbortController();
      const running = textOf(createLocalOutbound(ALLOW), { url: server.url(path), signal: controller.signal });
      setTimeout(() => controller.abort(reason), 50);
      await expect(running).rejects.toBe(reason);
    },
  );

  it('a signal that is aborted already asks nobody', async () => {
    const before = server.requests.length;
    const signal = AbortSignal.abort(new Error('cancelled'));
    await expect(createLocalOutbound(ALLOW).request({ url: server.url('good'), signal })).rejects.toThrow('cancelled');
    expect(server.requests).toHaveLength(before);
  });
});
