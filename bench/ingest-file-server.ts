import { randomBytes } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';

/** Of each small file: a JPEG of a camera, shrunk for the web. */
const FILE_BYTES = 50 * 1024;
const PIECE_BYTES = 1024 * 1024;

/**
 * The server of the files, in a process of its own. `/small/<name>` is a JPEG of 50 KiB, and `/big/<MiB>/<name>` so many
 * MiB of noise; each name has bytes of its own, so that nothing is ever the same as in the round before.
 */
async function serve(): Promise<void> {
  const picture = await makeJpeg();
  const noise = randomBytes(PIECE_BYTES);
  const server = createServer((request, response) => {
    const [, kind, ...rest] = (request.url ?? '').split('/');
    if (kind === 'small') sendSmall(response, picture, rest.join('/'));
    else void sendBig(response, noise, Number(rest[0]), rest.slice(1).join('/'));
  });
  server.listen(Number(process.env['PORT']), '127.0.0.1', () => {
    process.stdout.write(`listening on ${String((server.address() as AddressInfo).port)}\n`);
  });
}

function sendSmall(response: ServerResponse, picture: Buffer, name: string): void {
  // What follows the picture is part of the file, and of no matter to who looks at it.
  const body = Buffer.concat([picture, Buffer.from(name)], FILE_BYTES);
  response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': body.length, etag: `"${name}"` }).end(body);
}

async function sendBig(response: ServerResponse, noise: Buffer, mebibytes: number, name: string): Promise<void> {
  response.writeHead(200, { 'content-length': mebibytes * PIECE_BYTES, etag: `"${name}"` });
  const first = Buffer.concat([Buffer.from(name), noise], PIECE_BYTES);
  for (let sent = 0; sent < mebibytes && !response.destroyed; sent += 1) {
    const hasRoom = response.write(sent === 0 ? first : noise);
    if (!hasRoom) await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
  }
  response.end();
}

/** Noise is what compresses least: as many pixels as fit. */
async function makeJpeg(): Promise<Buffer> {
  for (let width = 480; ; width -= 16) {
    const noise = { type: 'gaussian', mean: 128, sigma: 20 } as const;
    const create = { width, height: (width * 3) / 4, channels: 3, background: '#808080', noise } as const;
    const jpeg = await sharp({ create })
      .jpeg({ quality: 75 })
      .withExif({ IFD0: { Make: 'Longhaul', Model: 'Bench' }, IFD2: { DateTimeOriginal: '2026:01:02 03:04:05' } })
      .toBuffer();
    if (jpeg.length < FILE_BYTES - 256) return jpeg;
  }
}

void serve();
