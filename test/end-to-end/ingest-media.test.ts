import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { request } from 'undici';
import type { Store } from '../../src/store/database';
import { createAssets, type TestThing } from '../support/fixtures';
import { makeJpeg } from '../support/media-files';
import { type Api, createApi, type JobAnswer } from './support/api';
import { type FileServer, startFileServer } from './support/file-server';
import { createInstallation, type Installation } from './support/installation';
import { createLibrary, type Library } from './support/library';
import { createOpened } from './support/opened';
import type { RootProcess } from './support/root-process';
import { readTemporalCli, runTemporalCli } from './support/temporal-cli';
import { until } from './support/until';

const CANARY = 'canary-7f3a9c21';
const BIG_BYTES = 80 * 1024 * 1024;
/** More than a worker keeps in memory before it is on the disk for good. */
const KILLED_AFTER_BYTES = 48 * 1024 * 1024;
const BIG = randomBytes(BIG_BYTES);

const opened = createOpened();
let jpeg: Buffer;
let files: FileServer;
let installation: Installation;
let facade: RootProcess;
let worker: RootProcess;
let store: Store;
let library: Library;
let api: Api;

beforeAll(async () => {
  jpeg = await makeJpeg();
  files = opened.keep(
    await startFileServer({ '/cat.jpg': { body: jpeg }, '/big.bin': { body: BIG, bytesPerSecond: 16_000_000 } }),
  );
  installation = opened.keep(await createInstallation({ OUTBOUND_ALLOW: files.host, LOG_LEVEL: 'trace' }));
  facade = await installation.start('server');
  worker = await installation.start('worker');
  store = await installation.openStore();
  library = await createLibrary(store.db);
  api = opened.keep(createApi(installation.url, library.apiKey));
});
afterAll(() => opened.closeAll());

async function anAsset(): Promise<TestThing> {
  const [asset] = await createAssets(store.db, { projectId: library.project.id, ownerId: library.user.id }, 1);
  if (asset === undefined) throw new Error('no asset was made');
  return asset;
}

async function ingest(asset: TestThing, url: string, filename: string): Promise<string> {
  const answer = await request(`${installation.url}/api/v2/assets/${asset.key}/media`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': library.apiKey },
    body: JSON.stringify({ file_url: url, filename }),
  });
  expect([answer.statusCode, await answer.body.json()]).toEqual([200, { ok: 'ok' }]);
  return String(answer.headers['job-token']);
}

const untilEnded = (token: string): Promise<JobAnswer> =>
  until('the job has ended', async () => {
    const job = await api.job(token);
    return ['done', 'failed', 'cancelled'].includes(job.state) && job;
  });

interface MediaAnswer {
  readonly media: readonly {
    readonly id: number;
    readonly filename: string;
    readonly content_type: string;
    readonly size: number;
    readonly sha256_sum: string;
    readonly width: number;
    readonly height: number;
    readonly preview_urls: Readonly<Record<'small' | 'medium' | 'large', string | null>>;
  }[];
}

const mediaOf = async (asset: TestThing) =>
  (await api.get<MediaAnswer>(`/api/v2/assets/${asset.key}/media`)).body.media;
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const stagedFiles = () =>
  readdirSync(join(installation.dataDir, 'ingest'), { recursive: true, withFileTypes: true }).filter((each) => each.isFile()); // prettier-ignore

test('a file goes from POST to the media list, can be downloaded, and is removed', async () => {
  const asset = await anAsset();
  const job = await untilEnded(await ingest(asset, files.urlOf(`/cat.jpg?sig=${CANARY}`), 'pictures/cat.jpg'));
  expect(job).toMatchObject({ state: 'done', outcome: 'succeeded', total: 1, succeeded: 1, error: null });

  const [media] = await mediaOf(asset);
  expect(media).toMatchObject({
    filename: 'pictures/cat.jpg',
    content_type: 'image/jpeg',
    size: jpeg.length,
    sha256_sum: sha256(jpeg),
    width: 300,
    height: 400,
  });
  const metadata = await api.get<{ exif: { Make: string } }>(`/api/v2/assets/${asset.key}/file_metadata`);
  expect(metadata.body.exif.Make).toBe('Longhaul');

  const path = `/api/v2/assets/${asset.key}/media/${String(media?.id)}/download_url?filename=cat.jpg`;
  const { body: link } = await api.get<{ url: string }>(path);
  const download = await request(link.url);
  expect(download.headers['content-disposition']).toContain('attachment');
  expect(sha256(Buffer.from(await download.body.arrayBuffer()))).toBe(sha256(jpeg));
  for (const size of ['small', 'medium', 'large'] as const) {
    const preview = await request(media?.preview_urls[size] ?? '');
    expect([preview.statusCode, preview.headers['content-type']]).toEqual([200, 'image/webp']);
    await preview.body.dump();
  }

  const removal = await api.delete<{ errors: unknown }>(`/api/v2/assets/${asset.key}/media`);
  expect(removal.body.errors).toBeNull();
  expect(await mediaOf(asset)).toEqual([]);
  expect(stagedFiles()).toEqual([]);
});

test('a file that is not there fails the job with the code of its fault; a retry takes it up again', async () => {
  const asset = await anAsset();
  const token = await ingest(asset, files.urlOf(`/gone.jpg?sig=${CANARY}`), 'gone.jpg');
  const job = await untilEnded(token);
  expect(job).toMatchObject({ state: 'failed', outcome: 'failed', failed: 1, remaining: 0, error: { code: 'http_not_found' } }); // prettier-ignore
  const { status, body } = await api.act(token, 'retry');
  expect(status).toBe(202);
  expect(await untilEnded(body.token)).toMatchObject({ state: 'failed', retry_of: token });
  expect(files.asked('/gone.jpg')).toHaveLength(2);
});

test('kill -9 of the worker in the middle of a download: the next one goes on by Range', async () => {
  const asset = await anAsset();
  const token = await ingest(asset, files.urlOf('/big.bin'), 'big.bin');
  await until('half of it has come', () => files.sentBytes('/big.bin') > KILLED_AFTER_BYTES);
  await worker.end('SIGKILL');
  worker = await installation.start('worker');
  expect(await untilEnded(token)).toMatchObject({ state: 'done', outcome: 'succeeded', succeeded: 1 });
  const [whole, ...rest] = files.asked('/big.bin');
  expect(whole).toBeNull();
  expect(rest).toEqual([expect.stringMatching(/^bytes=\d{7,8}-$/)]);
  expect(files.sentBytes('/big.bin')).toBeLessThan(BIG_BYTES * 1.5);
  expect(await mediaOf(asset)).toMatchObject([{ size: BIG_BYTES, sha256_sum: sha256(BIG) }]);
  expect(stagedFiles()).toEqual([]);
});

test('a download is paused and resumed by Range, and another one cancelled leaves nothing', async () => {
  const asset = await anAsset();
  const token = await ingest(asset, files.urlOf('/big.bin?again'), 'big.bin');
  const before = files.asked('/big.bin').length;
  await until('it is under way', () => stagedFiles().length > 0);
  expect((await api.act(token, 'pause')).body).toMatchObject({ state: 'paused' });
  await until('nothing comes any more', async () => {
    const sent = files.sentBytes('/big.bin');
    await new Promise((resolve) => setTimeout(resolve, 500));
    return files.sentBytes('/big.bin') === sent;
  });
  expect(stagedFiles().length).toBeGreaterThan(0);
  await api.act(token, 'resume');
  expect(await untilEnded(token)).toMatchObject({ state: 'done', outcome: 'succeeded' });
  expect(files.asked('/big.bin').slice(before).at(-1)).toMatch(/^bytes=/);

  const other = await anAsset();
  const cancelled = await ingest(other, files.urlOf('/big.bin?third'), 'big.bin');
  await until('it is under way', () => stagedFiles().length > 0);
  await api.act(cancelled, 'cancel');
  expect(await api.job(cancelled)).toMatchObject({ state: 'cancelled', succeeded: 0, remaining: 1 });
  await until('the staged file is gone', () => stagedFiles().length === 0);
  expect(await mediaOf(other)).toEqual([]);
});

describe('the Temporal CLI starts it', () => {
  const start = async (input: object) => {
    const id = randomUUID();
    const result = await runTemporalCli(installation, ['workflow', 'execute', '--workflow-id', id, '--type', 'ingestMediaWorkflow', '--task-queue', 'longhaul', '--input', JSON.stringify(input)]); // prettier-ignore
    return { id, ...result };
  };

  test('with a plain address, under the same checks and with the same job', async () => {
    const asset = await anAsset();
    const input = { asset: asset.key, file_url: files.urlOf('/cat.jpg'), filename: 'cat.jpg', requested_by: library.user.email }; // prettier-ignore
    const { id, code } = await start(input);
    expect(code).toBe(0);
    expect(await api.job(id)).toMatchObject({ state: 'done', outcome: 'succeeded', succeeded: 1 });
    expect(await mediaOf(asset)).toMatchObject([{ filename: 'cat.jpg', sha256_sum: sha256(jpeg) }]);
  });

  test.each([
    [{ file_url: '/cat.jpg?sig=1' }, 'file_url: must have no query'],
    [{ file_url: 'cat.jpg' }, 'file_url: Not a valid HTTP URL'],
    [{ filename: '' }, 'filename: must not be empty'],
    [{ requested_by: 'nobody@example.test' }, 'requested_by: there is no such user'],
    [{ asset: '999999999' }, 'asset: there is no such asset for requested_by'],
    [{ more: true }, 'Unrecognized key'],
  ])('but not with %j: it fails at once, with the field named', async (change, reason) => {
    const plain = { asset: (await anAsset()).key, file_url: '/cat.jpg', filename: 'cat.jpg', requested_by: library.user.email }; // prettier-ignore
    const input = { ...plain, ...change };
    const url = input.file_url.startsWith('/') ? files.urlOf(input.file_url) : input.file_url;
    const { id, code, stdout, stderr } = await start({ ...input, file_url: url });
    expect([code, stdout + stderr]).toEqual([1, expect.stringContaining(reason)]);
    expect(await store.db.selectFrom('jobs').select('id').where('uuid', '=', id).execute()).toEqual([]);
  });
});

/** A history with its payloads in plain text. */
async function readHistory(token: string): Promise<string> {
  const history = await readTemporalCli(installation, ['workflow', 'show', '-w', token]);
  const decode = (_: string, value: unknown) =>
    typeof value === 'string' && /^[A-Za-z0-9+/]{8,}={0,2}$/.test(value)
      ? `${value} ${Buffer.from(value, 'base64').toString('utf8')}`
      : value;
  return JSON.stringify(history, decode);
}

test('nothing of the query of an address is in the histories of Temporal, in the logs, or in the store', async () => {
  const jobs = await store.db.selectFrom('jobs').select('uuid').where('created_by', '=', library.user.id).execute();
  expect(jobs.length).toBeGreaterThan(2);
  for (const { uuid } of jobs) {
    const history = await readHistory(uuid);
    expect(history).toContain(library.user.uuid);
    expect(history).not.toContain(CANARY);
  }
  for (const root of [facade, worker]) expect(root.output()).not.toContain(CANARY);
  const rows = await store.db.selectFrom('ingests').selectAll().execute();
  expect(rows.filter((row) => JSON.stringify({ ...row, url_sealed: row.url_sealed?.toString('latin1') }).includes(CANARY))).toEqual([]); // prettier-ignore
  const events = await store.db.selectFrom('sync_events').selectAll().execute();
  expect(JSON.stringify(events)).not.toContain(CANARY);
});
