import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { request } from 'undici';
import { makeJpeg } from '../../support/media-files';
import { MOTO_START_MS } from '../../support/moto';
import { listLeftovers, readObjectKeys, sweepEverything } from './bulk-ingest';
import { startFileServer, type FileServer, type ServedFile } from './file-server';
import { generateBody, type GeneratedBody } from './generated-body';
import { startIngestStack, type IngestStack } from './ingest-stack';
import type { ObjectPlace, OpenObjectPlace } from './object-place';
import { createOpened } from './opened';
import { readTemporalCli, runTemporalCli } from './temporal-cli';
import { until } from './until';

const CANARY = 'canary-7f3a9c21';
const MIB = 1024 * 1024;
const BIG = randomBytes(80 * MIB);
const HUGE_BYTES = 1024 * MIB;
/** How much of what has come may not be on the disk for good: between two syncs, during one, and in memory. */
const UNSYNCED_BYTES = 48 * MIB;
const HUGE_MS = 240_000;

export interface IngestMediaSuite {
  stack(): IngestStack;
  files(): FileServer;
}

/** What the ingestion of one file promises, whichever object store the stack has; `more` is served besides. */
export function testIngestMedia(
  openPlace: OpenObjectPlace,
  more: Readonly<Record<string, ServedFile>> = {},
): IngestMediaSuite {
  const opened = createOpened();
  let jpeg: Buffer;
  let huge: GeneratedBody;
  let files: FileServer;
  let place: ObjectPlace;
  let stack: IngestStack;

  beforeAll(async () => {
    jpeg = await makeJpeg();
    huge = generateBody(HUGE_BYTES);
    files = opened.keep(
      await startFileServer({
        '/cat.jpg': { body: jpeg },
        '/big.bin': { body: BIG, bytesPerSecond: 16_000_000 },
        '/huge.bin': { body: huge, bytesPerSecond: 64_000_000 },
        ...more,
      }),
    );
    place = opened.keep(await openPlace());
    stack = opened.keep(await startIngestStack(place, { OUTBOUND_ALLOW: files.host, LOG_LEVEL: 'trace' }));
  }, MOTO_START_MS + 120_000);
  afterAll(() => opened.closeAll());

  const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  const leftovers = () => listLeftovers(stack.installation.dataDir);

  test('a file goes from POST to the media list, can be downloaded, and is removed', async () => {
    const asset = await stack.makeAsset();
    const job = await stack.untilEnded(
      await stack.ingest(asset, files.urlOf(`/cat.jpg?sig=${CANARY}`), 'pictures/cat.jpg'),
    );
    expect(job).toMatchObject({ state: 'done', outcome: 'succeeded', total: 1, succeeded: 1, error: null });

    const [media] = await stack.mediaOf(asset);
    expect(media).toMatchObject({
      filename: 'pictures/cat.jpg',
      content_type: 'image/jpeg',
      size: jpeg.length,
      sha256_sum: sha256(jpeg),
      width: 300,
      height: 400,
    });
    const metadata = await stack.api.get<{ exif: { Make: string } }>(`/api/v2/assets/${asset.key}/file_metadata`);
    expect(metadata.body.exif.Make).toBe('Longhaul');

    const path = `/api/v2/assets/${asset.key}/media/${String(media?.id)}/download_url?filename=cat.jpg`;
    const { body: link } = await stack.api.get<{ url: string }>(path);
    const download = await request(link.url);
    expect(download.headers['content-disposition']).toContain('attachment');
    expect(sha256(Buffer.from(await download.body.arrayBuffer()))).toBe(sha256(jpeg));
    for (const size of ['small', 'medium', 'large'] as const) {
      const preview = await request(media?.preview_urls[size] ?? '');
      expect([preview.statusCode, preview.headers['content-type']]).toEqual([200, 'image/webp']);
      await preview.body.dump();
    }

    const removal = await stack.api.delete<{ errors: unknown }>(`/api/v2/assets/${asset.key}/media`);
    expect(removal.body.errors).toBeNull();
    expect(await stack.mediaOf(asset)).toEqual([]);
    expect(leftovers()).toEqual([]);
  });

  test('a file that is not there fails the job with the code of its fault; a retry takes it up again', async () => {
    const asset = await stack.makeAsset();
    const token = await stack.ingest(asset, files.urlOf(`/gone.jpg?sig=${CANARY}`), 'gone.jpg');
    const job = await stack.untilEnded(token);
    expect(job).toMatchObject({ state: 'failed', outcome: 'failed', failed: 1, remaining: 0, error: { code: 'http_not_found' } }); // prettier-ignore
    const { status, body } = await stack.api.act(token, 'retry');
    expect(status).toBe(202);
    expect(await stack.untilEnded(body.token)).toMatchObject({ state: 'failed', retry_of: token });
    expect(files.asked('/gone.jpg')).toHaveLength(2);
  });

  test('kill -9 of the worker in the middle of 1 GiB: the next one goes on by Range, and nothing is left over', async () => {
    const asset = await stack.makeAsset();
    const token = await stack.ingest(asset, files.urlOf('/huge.bin'), 'huge.bin');
    await until('half of it was sent', () => files.sentBytes('/huge.bin') >= HUGE_BYTES / 2, HUGE_MS);
    await stack.killWorker();
    const sent = files.sentBytes('/huge.bin');
    await stack.startWorker();
    expect(await stack.untilEnded(token, HUGE_MS)).toMatchObject({ state: 'done', outcome: 'succeeded', succeeded: 1 });

    expect(files.asked('/huge.bin')).toEqual([null, expect.stringMatching(/^bytes=\d+-$/)]);
    const first = Number(/\d+/.exec(files.asked('/huge.bin')[1] ?? '')?.[0]);
    expect(first).toBeGreaterThanOrEqual(Math.max(0.4 * HUGE_BYTES, 0.9 * (sent - UNSYNCED_BYTES)));
    expect(first).toBeLessThanOrEqual(sent);
    expect(await stack.mediaOf(asset)).toMatchObject([
      { size: HUGE_BYTES, md5_sum: huge.md5, sha256_sum: huge.sha256 },
    ]);
    expect(leftovers()).toEqual([]);
    await sweepEverything(stack.installation);
    expect(await stack.objects.keys()).toEqual(await readObjectKeys(stack.store.db));
    expect(await stack.objects.unfinished()).toEqual([]);
  });

  test('a download is paused and resumed by Range, and another one cancelled leaves nothing', async () => {
    const { api } = stack;
    const untilMore = (from: number) =>
      until('some of it has come', () => files.sentBytes('/big.bin') > from + 8 * MIB);
    const asset = await stack.makeAsset();
    const token = await stack.ingest(asset, files.urlOf('/big.bin?first'), 'big.bin');
    await untilMore(0);
    expect((await api.act(token, 'pause')).body).toMatchObject({ state: 'paused' });
    await until('the worker has let go of the server', () => files.underWay('/big.bin') === 0);
    expect(leftovers().length).toBeGreaterThan(0);
    expect(files.asked('/big.bin')).toEqual([null]);
    await api.act(token, 'resume');
    expect(await stack.untilEnded(token)).toMatchObject({ state: 'done', outcome: 'succeeded' });
    expect(files.asked('/big.bin')).toEqual([null, expect.stringMatching(/^bytes=\d{7,8}-$/)]);
    expect(await stack.mediaOf(asset)).toMatchObject([{ size: BIG.length, sha256_sum: sha256(BIG) }]);

    const other = await stack.makeAsset();
    const before = files.sentBytes('/big.bin');
    const cancelled = await stack.ingest(other, files.urlOf('/big.bin?second'), 'big.bin');
    await untilMore(before);
    await api.act(cancelled, 'cancel');
    expect(await api.job(cancelled)).toMatchObject({ state: 'cancelled', succeeded: 0, remaining: 1 });
    await until('the staged file is gone', () => leftovers().length === 0);
    await until('the worker has let go of the server', () => files.underWay('/big.bin') === 0);
    expect(await stack.mediaOf(other)).toEqual([]);
  });

  describe('the Temporal CLI starts it', () => {
    const start = async (input: object) => {
      const id = randomUUID();
      const result = await runTemporalCli(stack.installation, ['workflow', 'execute', '--workflow-id', id, '--type', 'ingestMediaWorkflow', '--task-queue', 'longhaul', '--input', JSON.stringify(input)]); // prettier-ignore
      return { id, ...result };
    };

    test('with a plain address, under the same checks and with the same job', async () => {
      const asset = await stack.makeAsset();
      const input = { asset: asset.key, file_url: files.urlOf('/cat.jpg'), filename: 'cat.jpg', requested_by: stack.library.user.email }; // prettier-ignore
      const { id, code } = await start(input);
      expect(code).toBe(0);
      expect(await stack.api.job(id)).toMatchObject({ state: 'done', outcome: 'succeeded', succeeded: 1 });
      expect(await stack.mediaOf(asset)).toMatchObject([{ filename: 'cat.jpg', sha256_sum: sha256(jpeg) }]);
    });

    test.each([
      [{ file_url: '/cat.jpg?sig=1' }, 'file_url: must have no query'],
      [{ file_url: 'cat.jpg' }, 'file_url: Not a valid HTTP URL'],
      [{ filename: '' }, 'filename: must not be empty'],
      [{ requested_by: 'nobody@example.test' }, 'requested_by: there is no such user'],
      [{ asset: '999999999' }, 'asset: there is no such asset for requested_by'],
      [{ more: true }, 'Unrecognized key'],
    ])('but not with %j: it fails at once, with the field named', async (change, reason) => {
      const plain = { asset: (await stack.makeAsset()).key, file_url: '/cat.jpg', filename: 'cat.jpg', requested_by: stack.library.user.email }; // prettier-ignore
      const input = { ...plain, ...change };
      const url = input.file_url.startsWith('/') ? files.urlOf(input.file_url) : input.file_url;
      const { id, code, stdout, stderr } = await start({ ...input, file_url: url });
      expect([code, stdout + stderr]).toEqual([1, expect.stringContaining(reason)]);
      expect(await stack.store.db.selectFrom('jobs').select('id').where('uuid', '=', id).execute()).toEqual([]);
    });
  });

  /** A history with its payloads in plain text. */
  async function readHistory(token: string): Promise<string> {
    const history = await readTemporalCli(stack.installation, ['workflow', 'show', '-w', token]);
    const decode = (_: string, value: unknown) =>
      typeof value === 'string' && /^[A-Za-z0-9+/]{8,}={0,2}$/.test(value)
        ? `${value} ${Buffer.from(value, 'base64').toString('utf8')}`
        : value;
    return JSON.stringify(history, decode);
  }

  test('nothing of the query of an address is in the histories of Temporal, in the logs, or in the store', async () => {
    const secrets = [CANARY, place.env['AWS_SECRET_ACCESS_KEY'] ?? CANARY];
    const jobs = await stack.store.db
      .selectFrom('jobs')
      .select('uuid')
      .where('created_by', '=', stack.library.user.id)
      .execute();
    expect(jobs.length).toBeGreaterThan(2);
    for (const { uuid } of jobs) {
      const history = await readHistory(uuid);
      expect(history).toContain(stack.library.user.uuid);
      for (const secret of secrets) expect(history).not.toContain(secret);
    }
    for (const root of [stack.facade, stack.worker()]) {
      for (const secret of secrets) expect(root.output()).not.toContain(secret);
    }
    const rows = await stack.store.db.selectFrom('ingests').selectAll().execute();
    expect(rows.filter((row) => JSON.stringify({ ...row, url_sealed: row.url_sealed?.toString('latin1') }).includes(CANARY))).toEqual([]); // prettier-ignore
    const events = await stack.store.db.selectFrom('sync_events').selectAll().execute();
    expect(JSON.stringify(events)).not.toContain(CANARY);
  });

  return { stack: () => stack, files: () => files };
}
