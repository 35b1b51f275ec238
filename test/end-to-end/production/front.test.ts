import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { choosePort } from '../../support/ports';
import { createOpened } from '../support/opened';
import { startFront } from './front';

const opened = createOpened();

afterEach(() => opened.closeAll());

test('each request goes to the next one, with its method, path, headers and body, and so does the answer', async () => {
  const front = await open([await serve('one', echo), await serve('two', echo)]);
  const answers = await Promise.all(
    ['a', 'b', 'c', 'd'].map(async (body) => {
      const headers = { 'x-mark': body, 'content-type': 'text/plain' };
      const answer = await fetch(`${front.url}/p?q=${body}`, { method: 'PUT', body, headers });
      return [answer.status, answer.headers.get('x-by'), await answer.text()] as const;
    }),
  );
  expect(answers.map(([status]) => status)).toEqual([201, 201, 201, 201]);
  expect(answers.map(([, by]) => by).sort()).toEqual(['one', 'one', 'two', 'two']);
  expect(answers.map(([, , text]) => text)).toEqual(['a', 'b', 'c', 'd'].map((mark) => `PUT /p?q=${mark} ${mark} ${mark}`));
  expect(front.counts).toEqual([2, 2]);
}); // prettier-ignore

test('one that takes no connection is passed over, and is given its share again once it is there', async () => {
  const away = await choosePort();
  const front = await open([await serve('one', echo), away]);
  for (let at = 0; at < 4; at += 1) expect((await fetch(front.url)).headers.get('x-by')).toBe('one');
  // Whoever's turn it is meanwhile, none of them is tried twice while the other one is there.
  const many = await Promise.all(Array.from({ length: 20 }, () => fetch(front.url)));
  expect(many.map(({ status }) => status)).toEqual(many.map(() => 201));
  await serve('two', echo, away);
  const by = await Promise.all([fetch(front.url), fetch(front.url)]);
  expect(by.map(({ headers }) => headers.get('x-by')).sort()).toEqual(['one', 'two']);
});

test('a request that was handed over is not sent again when its façade dies', async () => {
  let asked = 0;
  const die: RequestListener = (incoming) => {
    asked += 1;
    incoming.socket.destroy();
  };
  const front = await open([await serve('one', die), await serve('two', die)]);
  await expect(fetch(front.url, { method: 'POST', body: 'once' })).rejects.toThrow();
  expect(asked).toBe(1);
});

test('the connection ends when nobody is there, and in the middle of an answer that breaks off', async () => {
  const nobody = await open([await choosePort(), await choosePort()]);
  await expect(fetch(nobody.url)).rejects.toThrow();
  const breakOff: RequestListener = (_incoming, outgoing) => {
    outgoing.write('half');
    setImmediate(() => outgoing.destroy());
  };
  const front = await open([await serve('one', breakOff)]);
  await expect(fetch(front.url).then((answer) => answer.text())).rejects.toThrow();
});

test('what is said of an answer is heard before its end, and a caller who leaves is not answered on', async () => {
  const left = new Promise<void>((resolve) => {
    void serve('one', (_incoming, outgoing) => {
      outgoing.write('begun');
      outgoing.once('close', resolve);
    }).then((port) => (streaming = open([port])));
  });
  let streaming: ReturnType<typeof open> | undefined;
  while (streaming === undefined) await new Promise(setImmediate);
  const caller = new AbortController();
  const answer = await fetch((await streaming).url, { signal: caller.signal });
  const { value } = (await answer.body?.getReader().read()) ?? {};
  expect(Buffer.from(value ?? []).toString()).toBe('begun');
  caller.abort();
  await left;
});

async function open(ports: readonly number[]) {
  return opened.keep(await startFront(0, ports));
}

const echo: RequestListener = (incoming, outgoing) => {
  let body = '';
  incoming.setEncoding('utf8').on('data', (text: string) => (body += text));
  incoming.once('end', () => {
    outgoing.statusCode = 201;
    outgoing.end(`${incoming.method ?? ''} ${incoming.url ?? ''} ${String(incoming.headers['x-mark'])} ${body}`);
  });
};

async function serve(name: string, listener: RequestListener, port = 0): Promise<number> {
  const server: Server = createServer((incoming, outgoing) => {
    outgoing.setHeader('x-by', name);
    listener(incoming, outgoing);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  opened.keep({
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  });
  return (server.address() as AddressInfo).port;
}
