import { connect, type AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { drainBody } from '../../src/http/drain-body';
import { buildTestApp } from './test-app';

let app: FastifyInstance;
let port: number;

beforeAll(async () => {
  app = await buildTestApp({
    unicat: (routes) => {
      routes.post('/api/p/small', { bodyLimit: 1_000 }, () => ({}));
      return Promise.resolve();
    },
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = app.server.address() as AddressInfo);
});
afterAll(() => app.close());

const PATIENCE_MS = 150;
const PART = 100_000;

/** Sends a part of a body that is too large, looks whether an answer comes, sends the rest, and answers all it got. */
function sendTooMuch(): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    // Half open: it goes on sending after the other side has closed, as a caller does that has not looked yet.
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const answered = new Promise((done) => socket.once('data', done));
    socket.on('data', (data) => (answer += data.toString()));
    socket.on('error', (error) => (answer += `[${error.message}]`));
    socket.on('close', () => {
      resolve(answer);
    });
    const head = ['POST /api/p/small HTTP/1.1', 'Host: x', 'X-API-KEY: k', 'Content-Type: application/json', `Content-Length: ${String(20 * PART)}`]; // prettier-ignore
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    socket.write(Buffer.alloc(PART, '1'));
    const patience = new Promise((done) => setTimeout(done, PATIENCE_MS));
    void Promise.race([answered, patience]).then(() => {
      for (let part = 1; part < 20; part += 1) setTimeout(() => socket.write(Buffer.alloc(PART, '1')), part);
      setTimeout(() => socket.end(), 20);
    });
  });
}

it('lets a caller that is still sending read why its body was refused', async () => {
  const answer = await sendTooMuch();
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  expect(answer).toContain('"code":413');
  expect(answer).not.toMatch(/EPIPE|ECONNRESET/);
});

it('does not read for ever', async () => {
  const endless = new PassThrough();
  endless.write(Buffer.alloc(2_000));
  await drainBody(endless, 1_000, 60_000);
  const silent = new PassThrough();
  await drainBody(silent, 1_000, 10);
  expect([endless, silent].map((body) => body.listenerCount('data'))).toEqual([0, 0]);
});

it('returns at once for a body that has been read', async () => {
  const body = new PassThrough();
  body.end('x');
  body.resume();
  await new Promise((resolve) => body.once('end', resolve));
  await drainBody(body);
});
