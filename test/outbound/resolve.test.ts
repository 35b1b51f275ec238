import { createResolve } from '../../src/outbound/resolve';
import { createLocalOutbound } from '../support/local-outbound';
import { startNameServer } from '../support/name-server';

let names: Awaited<ReturnType<typeof startNameServer>>;

beforeAll(async () => {
  names = await startNameServer({
    'two.example.com': { addresses: ['93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946'] },
    'alias.example.com': { alias: 'two.example.com' },
    'inside.example.com': { alias: 'hidden.example.org' },
    'hidden.example.org': { addresses: ['10.0.0.7'] },
    'mixed.example.com': { addresses: ['93.184.216.34', '0:0:0:0:0:ffff:a00:7'] },
    'empty.example.com': { addresses: [] },
    'broken.example.com': 'broken',
    'silent.example.com': 'silent',
  });
});
afterAll(() => names.close());

function resolve(hostname: string, signal = new AbortController().signal): Promise<readonly string[]> {
  return createResolve([names.address])(hostname, { named: false, signal });
}

function codeOf(hostname: string, connectMs = 5_000): Promise<unknown> {
  const timeouts = { connectMs, headersMs: 1_000, idleMs: 1_000 };
  const outbound = createLocalOutbound([], { resolve: createResolve([names.address]), timeouts });
  return outbound.request({ url: `http://${hostname}/` }).then(
    () => 'answered',
    (error: unknown) => (error as { code: string }).code,
  );
}

it('answers the addresses of both families, also behind an alias', async () => {
  const both = ['93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946'];
  expect(await resolve('two.example.com')).toEqual(both);
  expect(await resolve('alias.example.com')).toEqual(both);
});

it('asks for the name as it is, without the search list of the machine', async () => {
  const before = names.asked.length;
  await expect(resolve('nobody.example.com')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  expect(new Set(names.asked.slice(before))).toEqual(new Set(['nobody.example.com']));
});

it.each([
  ['inside.example.com', 'address_forbidden'],
  ['mixed.example.com', 'address_forbidden'],
  ['nobody.example.com', 'host_not_found'],
  ['empty.example.com', 'host_not_found'],
  ['broken.example.com', 'dns_failed'],
])('a request to %s ends in %s', async (hostname, code) => {
  expect(await codeOf(hostname)).toBe(code);
});

it('a name server that never answers is given up in time', async () => {
  expect(await codeOf('silent.example.com', 200)).toBe('dns_timeout');
});

it('a host that the operator names is looked up as the machine does', async () => {
  const { signal } = new AbortController();
  const found = await createResolve([names.address])('localhost', { named: true, signal });
  expect(found.some((address) => ['127.0.0.1', '::1'].includes(address))).toBe(true);
});
