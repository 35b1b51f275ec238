import { createHash } from 'node:crypto';
import { request } from 'undici';

/** (c): a plain loop that reads the body of an address and hashes it twice, and keeps nothing. Prints milliseconds. */
async function run(url: string): Promise<void> {
  const startedAt = performance.now();
  const [md5, sha256] = [createHash('md5'), createHash('sha256')];
  const { body } = await request(url);
  for await (const chunk of body as AsyncIterable<Buffer>) {
    md5.update(chunk);
    sha256.update(chunk);
  }
  const sums = [md5.digest('hex'), sha256.digest('hex')];
  process.stdout.write(JSON.stringify({ ms: performance.now() - startedAt, sums }));
}

void run(process.argv[2] ?? '');
