import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDownloader, type Downloader } from '../../src/outbound/download';
import { GOOD_BODY } from '../support/hostile-behaviours';
import { HOSTILE_ENDS } from '../support/hostile-ends';
import { HOSTILE_BEHAVIOURS, startHostileServer, type Behaviour, type HostileServer } from '../support/hostile-server';
import { createLocalOutbound } from '../support/local-outbound';

const MAX_BYTES = 3 * 1_048_576;

let server: HostileServer;
let downloader: Downloader;
let directory: string;

beforeAll(async () => {
  server = await startHostileServer();
  directory = await mkdtemp(join(tmpdir(), 'longhaul-hostile-'));
  const timeouts = { connectMs: 2_000, headersMs: 1_000, idleMs: 1_000 };
  downloader = createDownloader({
    outbound: createLocalOutbound([`127.0.0.1:${String(server.port)}`], { timeouts }),
    directory,
    limits: { maxBytes: MAX_BYTES, leastBytesPerSecond: 1_000, windowMs: 2_500 },
  });
});
afterAll(async () => {
  await downloader.close();
  await server.close();
  await rm(directory, { recursive: true });
});

it.each(HOSTILE_BEHAVIOURS)('a server that does %s ends in its own code, and no bytes are kept', async (behaviour) => {
  expect(await endOf(behaviour)).toBe(HOSTILE_ENDS[behaviour]);
  expect(await readdir(directory)).toEqual([]);
});

it('each of two times a server asks for patience is kept within bounds', async () => {
  await expect(downloader.download({ id: 'a', url: server.url('429') })).rejects.toMatchObject({ retryAfterMs: 7_000 });
  const year = downloader.download({ id: 'a', url: server.url('429-for-a-year') });
  await expect(year).rejects.toMatchObject({ retryAfterMs: 120_000 });
});

it('a length that is too small is believed: the rest is nobody’s', async () => {
  const file = await downloader.download({ id: 'short', url: server.url('length-too-small') });
  expect(await readFile(file.path, 'utf8')).toBe(GOOD_BODY.slice(0, 6));
  await downloader.discard('short');
});

it('neither cookies nor a referer go along with a redirect, and each request stands alone', async () => {
  const before = server.requests.length;
  await downloader.download({ id: 'hop', url: server.url('to-good-and-remember') });
  await downloader.discard('hop');
  const [first, second] = server.requests.slice(before).map(({ head }) => head.toLowerCase());
  for (const head of [first, second]) {
    expect(head).toContain('\r\naccept-encoding: identity\r\n');
    expect(head).toContain('\r\nuser-agent: longhaul\r\n');
    expect(head).toContain('\r\nconnection: close\r\n');
    expect(head).not.toMatch(/cookie|referer|authorization/);
  }
});

async function endOf(behaviour: Behaviour): Promise<string> {
  try {
    const file = await downloader.download({ id: 'one', url: server.url(behaviour) });
    await downloader.discard('one');
    return file.lengthVerified ? 'accepted' : 'accepted unverified';
  } catch (error) {
    const { code, retryable } = error as { code: string; retryable: boolean };
    return retryable ? `${code} retryable` : code;
  }
}
