import { createHash } from 'node:crypto';
import type { TestThing } from '../support/fixtures';
import { HOSTILE_ENDS } from '../support/hostile-ends';
import { HOSTILE_BEHAVIOURS, startHostileServer, type Behaviour, type HostileServer } from '../support/hostile-server';
import { makeJpeg } from '../support/media-files';
import { MOTO_START_MS } from '../support/moto';
import type { JobAnswer } from './support/api';
import { listLeftovers, readObjectKeys, sweepEverything } from './support/bulk-ingest';
import { startFileServer, type FileServer } from './support/file-server';
import { addsUp } from './support/job-watcher';
import { startIngestStack, type IngestStack } from './support/ingest-stack';
import { inBucket, inOwnPlace } from './support/object-place';
import { createOpened } from './support/opened';

/** Jobs under way at once. */
const WINDOW = 16;
/** The longest takes two attempts of a minute each, and waits for its turn at the host. */
const END_MS = 240_000;
/** Those that take longest come first, so that the others are done meanwhile. */
const LONGEST: readonly Behaviour[] = ['slow', '429-for-a-year'];
const IN_ORDER = [...LONGEST, ...HOSTILE_BEHAVIOURS.filter((each) => !LONGEST.includes(each))];
/** Tells what a job asked for from where others were sent on to, and may be in no log. */
const QUERY = '?sig=s3cret';

interface Ended {
  readonly asset: TestThing;
  readonly job: JobAnswer;
}

// The second attempts cost more than a minute: they are seen once.
describe.each([
  ['a folder', inOwnPlace, 2],
  ['a bucket', inBucket, 1],
])('with %s as the object store', (_name, openPlace, attempts) => {
  const opened = createOpened();
  const ended = new Map<Behaviour, Ended>();
  let server: HostileServer;
  let files: FileServer;
  let jpeg: Buffer;
  let stack: IngestStack;

  beforeAll(
    async () => {
      jpeg = await makeJpeg();
      server = opened.keep(await startHostileServer());
      files = opened.keep(await startFileServer({ '/good.jpg': { body: jpeg } }));
      const env = {
        OUTBOUND_ALLOW: `127.0.0.1:${String(server.port)},${files.host}`,
        MAX_INGEST_BYTES: String(3 * 1_048_576),
        INGEST_CONNECT_TIMEOUT_MS: '3000',
        INGEST_HEADER_TIMEOUT_MS: '3000',
        INGEST_IDLE_TIMEOUT_MS: '3000',
        INGEST_MIN_BYTES_PER_SECOND: '1000',
        INGEST_MAX_ATTEMPTS: String(attempts),
      };
      stack = opened.keep(await startIngestStack(opened.keep(await openPlace()), env));
      await ingestAll();
    },
    MOTO_START_MS + END_MS + 120_000,
  );
  afterAll(() => opened.closeAll());

  /** Has every behaviour ingested, each by a job of its own, a window of them at a time. */
  async function ingestAll(): Promise<void> {
    const waiting = [...IN_ORDER];
    const lane = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const asset = await stack.makeAsset();
        const token = await stack.ingest(asset, `${server.url(next)}${QUERY}`, `${next}.bin`);
        ended.set(next, { asset, job: await stack.untilEnded(token, END_MS) });
      }
    };
    await Promise.all(Array.from({ length: WINDOW }, lane));
  }

  function endOf(behaviour: Behaviour): Ended {
    const end = ended.get(behaviour);
    if (end === undefined) throw new Error(`${behaviour} was not asked for`);
    return end;
  }

  test.each(HOSTILE_BEHAVIOURS)('a job at a server that does %s ends as the download alone does', async (behaviour) => {
    const { job, asset } = endOf(behaviour);
    const [code, more] = HOSTILE_ENDS[behaviour].split(' ');
    const media = (await stack.mediaOf(asset)).length;
    expect(addsUp(job)).toBe(true);
    if (code === 'accepted') {
      expect(job).toMatchObject({ state: 'done', outcome: 'succeeded', total: 1, succeeded: 1, error: null });
      expect(media).toBe(1);
    } else {
      expect(job).toMatchObject({ state: 'failed', outcome: 'failed', total: 1, failed: 1, error: { code } });
      expect(media).toBe(0);
    }
    const asked = server.requests.filter(({ path }) => path === `/${behaviour}${QUERY}`);
    expect(asked).toHaveLength(more === 'retryable' ? attempts : 1);
  });

  test('no bytes are kept of what failed', async () => {
    const keys = await readObjectKeys(stack.store.db);
    expect(listLeftovers(stack.installation.dataDir)).toEqual([]);
    expect(await stack.objects.keys()).toEqual(keys);
    expect(await stack.objects.unfinished()).toEqual([]);
    await sweepEverything(stack.installation);
    expect(await stack.objects.keys()).toEqual(keys);
  });

  test('the worker that went through all of it still runs, and ingests a good file', async () => {
    const asset = await stack.makeAsset();
    const job = await stack.untilEnded(await stack.ingest(asset, files.urlOf('/good.jpg'), 'good.jpg'));
    expect(job).toMatchObject({ state: 'done', outcome: 'succeeded', succeeded: 1 });
    const sha256 = createHash('sha256').update(jpeg).digest('hex');
    expect(await stack.mediaOf(asset)).toMatchObject([{ filename: 'good.jpg', sha256_sum: sha256, width: 300 }]);
    expect(stack.worker().isRunning()).toBe(true);
    for (const root of [stack.facade, stack.worker()]) expect(root.output()).not.toMatch(/s3cret|user:secret/);
  });
});
