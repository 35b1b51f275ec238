import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseAllowList } from '../../src/outbound/allow-list';
import { createOutbound } from '../../src/outbound/outbound';
import { createOutboundPolicy } from '../../src/outbound/policy';

/** More than a body takes before it makes the server wait. */
const BODY = Buffer.alloc(256 * 1024, 'a');

let server: Server;
afterEach(async () => {
  server.close();
  await once(server, 'close');
});

/** Asks a server that sends these pieces and goes, and reads the body only when all that has come is here. */
async function readLate(pieces: readonly (string | Buffer)[], leave: (socket: Socket) => void): Promise<Buffer> {
  let hasLeft = false;
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      for (const piece of pieces) socket.write(piece);
      socket.write('', () => {
        leave(socket);
        hasLeft = true;
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const host = `127.0.0.1:${String(port)}`;
  const policy = createOutboundPolicy({ ports: [80], allow: parseAllowList([host]) });
  const outbound = createOutbound({ policy, timeouts: { connectMs: 5_000, headersMs: 5_000, idleMs: 5_000 } });
  const answer = await outbound.request({ url: `http://${host}/` });
  try {
    while (!hasLeft) await sleep(5);
    await sleep(100);
    const chunks: Uint8Array[] = [];
    for await (const chunk of answer.body) chunks.push(chunk);
    return Buffer.concat(chunks);
  } finally {
    answer.close();
  }
}

const head = (line: string) => `HTTP/1.1 200 OK\r\n${line}Connection: close\r\n\r\n`;
const end = (socket: Socket) => socket.end();

it.each([
  ['with a length', [head(`Content-Length: ${String(BODY.length)}\r\n`), BODY]],
  ['without a length', [head(''), BODY]],
  ['in chunks', [head('Transfer-Encoding: chunked\r\n'), `${BODY.length.toString(16)}\r\n`, BODY, '\r\n0\r\n\r\n']],
])('a body %s that nobody has read yet when the server goes is read to its end', async (_form, pieces) => {
  expect((await readLate(pieces, end)).equals(BODY)).toBe(true);
});

it.each([
  ['with a length', [head(`Content-Length: ${String(BODY.length + 1)}\r\n`), BODY]],
  ['in chunks', [head('Transfer-Encoding: chunked\r\n'), `${(BODY.length + 1).toString(16)}\r\n`, BODY]],
])('a body %s that is cut short is no whole one', async (_form, pieces) => {
  await expect(readLate(pieces, end)).rejects.toMatchObject({ code: expect.any(String) as string });
});

it('a connection that is reset while nobody reads is a fault of the connection, and ends nothing else', async () => {
  const pieces = [head(`Content-Length: ${String(BODY.length + 1)}\r\n`), BODY];
  await expect(readLate(pieces, (socket) => socket.resetAndDestroy())).rejects.toMatchObject({
    code: expect.any(String) as string,
  });
});

it('a body without a length is no whole one when the connection is reset before all that has come was read', async () => {
  await expect(readLate([head(''), BODY], (socket) => socket.resetAndDestroy())).rejects.toMatchObject({
    code: 'connection_lost',
  });
});
