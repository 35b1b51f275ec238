import { randomBytes } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Serves `/<bytes>`: so many random bytes. In a process of its own, so that its work is not counted as ours. */
const BLOCK = randomBytes(1_048_576);

function send(response: ServerResponse, left: number): void {
  const part = BLOCK.subarray(0, Math.min(left, BLOCK.length));
  if (left === part.length) response.end(part);
  else if (response.write(part)) send(response, left - part.length);
  else response.once('drain', () => send(response, left - part.length));
}

const server = createServer((request, response) => {
  const bytes = Number((request.url ?? '').slice(1));
  response.writeHead(200, { 'content-length': bytes, 'content-type': 'application/octet-stream', etag: '"bench"' });
  send(response, bytes);
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${String((server.address() as AddressInfo).port)}\n`));
process.once('SIGTERM', () => process.exit());
