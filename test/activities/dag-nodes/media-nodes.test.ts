import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createExtractMetadataHandler } from '../../../src/activities/dag-nodes/extract-metadata';
import { createMakePreviewsHandler } from '../../../src/activities/dag-nodes/make-previews';
import { createIngestSteps, type IngestSteps } from '../../../src/activities/ingest-steps';
import type { JsonObject } from '../../../src/domain/dag-action';
import { toObjectKey, toPreviewKey } from '../../../src/domain/object-keys';
import { createDownloader, type Downloader } from '../../../src/outbound/download';
import { NODE_SCHEMAS } from '../../../src/schemas/dag-nodes';
import type { Database } from '../../../src/store/database';
import { findNewestMedia } from '../../../src/store/dag-media';
import { removeMedia } from '../../../src/store/media';
import {
  AT,
  contextOf,
  createNodeLibrary,
  createTestRun,
  type NodeLibrary,
  type TestRun,
} from '../../support/dag-nodes';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createUser, grantAccess } from '../../support/fixtures';
import { createLocalOutbound } from '../../support/local-outbound';
import { createMediaBench } from '../../support/media-bench';
import { makeJpeg, makeText } from '../../support/media-files';
import { createMemoryObjectStore, type MemoryObjectStore } from '../../support/memory-object-store';

const MIB = 1_048_576;
const bench = createMediaBench();
const directory = mkdtempSync(join(tmpdir(), 'longhaul-media-nodes-'));
const never = () => new AbortController().signal;

let database: TestDatabase;
let db: Database;
let downloader: Downloader;
let objects: MemoryObjectStore;
let steps: IngestSteps;
let library: NodeLibrary;
let run: TestRun;
let asked: string[];

beforeAll(async () => {
  database = await createTestDatabase();
  ({ db } = database.store);
  const limits = { maxBytes: 64 * MIB, leastBytesPerSecond: 1 };
  downloader = createDownloader({ outbound: createLocalOutbound([]), directory: join(directory, 'staged'), limits });
});
afterAll(async () => {
  await downloader.close();
  await bench.close();
  rmSync(directory, { recursive: true, force: true });
  await database.drop();
});
beforeEach(async () => {
  objects = createMemoryObjectStore();
  asked = [];
  const media: typeof bench.tools = {
    ...bench.tools,
    probe: (...args) => (asked.push('probe'), bench.tools.probe(...args)),
    previews: (...args) => (asked.push('previews'), bench.tools.previews(...args)),
  };
  steps = createIngestSteps({ downloader, objects, media, directory: join(directory, 'previews') });
  library = await createNodeLibrary(db);
  run = await createTestRun(db, library, 'extract_metadata');
});
/** A file of the asset, stored, of which nobody has looked at more than its type. */
async function addMedia(bytes: Buffer, contentType: string, more: Record<string, unknown> = {}): Promise<string> {
  const sha256Sum = createHash('sha256').update(bytes).digest('hex');
  const key = toObjectKey(sha256Sum);
  objects.held.set(key, { content: bytes, modifiedAt: AT });
  const row = {
    asset_id: library.asset.id,
    filename: 'file',
    media_type: contentType.split('/')[0] ?? '',
    content_type: contentType,
    size_bytes: String(bytes.length),
    md5_sum: 'm',
    sha256_sum: sha256Sum,
    object_key: key,
    created_at: AT,
    ...more,
  };
  const { id } = await db.insertInto('media').values(row).returning('id').executeTakeFirstOrThrow();
  return id;
}

const extract = (given: JsonObject = {}, signal = never(), as = library) =>
  createExtractMetadataHandler({ db, steps }).run(contextOf(as, run, 'extract_metadata', given), signal);
const draw = (given: JsonObject = {}, signal = never(), as = library) =>
  createMakePreviewsHandler({ db, steps }).run(contextOf(as, run, 'make_previews', given), signal);
const newest = () => findNewestMedia(db, library.asset.id);
const stagedFiles = () => readdirSync(join(directory, 'staged'));

describe('extract_metadata', () => {
  it('answers what is known, and looks into no file for it', async () => {
    const metadata = { exif: { Make: 'Known' }, iptc: {}, xmp: {}, mediainfo: {} };
    const known = { width: 3, height: 4, metadata: JSON.stringify(metadata) };
    const id = await addMedia(Buffer.from('never read'), 'image/jpeg', known);
    expect(await extract()).toEqual({
      kind: 'done',
      output: {
        id: Number(id),
        filename: 'file',
        media_type: 'image',
        content_type: 'image/jpeg',
        size: 10,
        md5_sum: 'm',
        sha256_sum: expect.any(String) as unknown,
        width: 3,
        height: 4,
        duration: null,
        metadata,
      },
    });
    expect(asked).toEqual([]);
  });

  it('looks into a file that nobody has looked into, once, and keeps what it found', async () => {
    await addMedia(await makeJpeg(400, 300), 'image/jpeg');
    const result = await extract();
    expect(result).toMatchObject({ kind: 'done', output: { width: 300, height: 400 } });
    const found = await newest();
    expect(found).toMatchObject({ width: 300, height: 400 });
    expect(Object.keys(found?.metadata?.exif ?? {})).not.toEqual([]);
    expect(await extract()).toEqual(result);
    expect(asked).toEqual(['probe']);
    expect(stagedFiles()).toEqual([]);
    expect(NODE_SCHEMAS.extract_metadata.output.safeParse(result.kind === 'done' ? result.output : null).success).toBe(true); // prettier-ignore
  });

  it('goes by the newest file', async () => {
    await addMedia(await makeJpeg(400, 300), 'image/jpeg');
    const id = await addMedia(await makeJpeg(60, 40), 'image/jpeg');
    expect(await extract()).toMatchObject({ output: { id: Number(id), width: 40 } });
  });

  it('leaves out what an output has no room for, and says so', async () => {
    const metadata = { exif: { Long: 'x'.repeat(250_000), Make: 'Known' }, iptc: {}, xmp: {}, mediainfo: {} };
    await addMedia(Buffer.from('x'), 'image/jpeg', { metadata: JSON.stringify(metadata) });
    expect(await extract()).toMatchObject({
      output: { metadata: { exif: { Make: 'Known' } } },
      message: '1 of its longest tags are left out',
    });
  });

  it('needs the right to read alone', async () => {
    await addMedia(await makeJpeg(60, 40), 'image/jpeg');
    const reader = await createUser(db);
    await grantAccess(db, library.project.id, reader.ownTeamId);
    expect(await extract({}, never(), { ...library, user: reader })).toMatchObject({ kind: 'done' });
    const stranger = { ...library, user: await createUser(db) };
    expect(await extract({}, never(), stranger)).toMatchObject({ kind: 'failed', code: 'asset_not_found' });
  });
});

describe('make_previews', () => {
  it('makes the previews anew, puts them beside the object and notes them', async () => {
    const id = await addMedia(await makeJpeg(400, 300), 'image/jpeg');
    const result = await draw();
    expect(result).toMatchObject({ kind: 'done', output: { media: Number(id) } });
    const { objectKey = '', previews = [] } = (await newest()) ?? {};
    expect(previews).not.toEqual([]);
    expect(result).toMatchObject({ output: { previews } });
    for (const size of previews) expect(objects.held.has(toPreviewKey(objectKey, size))).toBe(true);
    expect(await draw()).toEqual(result);
    expect(stagedFiles()).toEqual([]);
  });

  it('a form without previews gets an empty list', async () => {
    const id = await addMedia(makeText(), 'text/plain', { previews: ['small'] });
    expect(await draw()).toMatchObject({ kind: 'done', output: { media: Number(id), previews: [] } });
    expect((await newest())?.previews).toEqual([]);
  });

  it('fails for good by a file that is damaged', async () => {
    await addMedia((await makeJpeg()).subarray(0, 200), 'image/jpeg');
    expect(await draw()).toMatchObject({ kind: 'failed', code: 'preview_failed', retryable: false });
    expect(stagedFiles()).toEqual([]);
  });

  it('needs the right to write', async () => {
    const reader = await createUser(db);
    await grantAccess(db, library.project.id, reader.ownTeamId);
    expect(await draw({}, never(), { ...library, user: reader })).toMatchObject({ kind: 'failed', code: 'forbidden' });
  });
});

describe.each<['extract_metadata' | 'make_previews', typeof extract]>([
  ['extract_metadata', extract],
  ['make_previews', draw],
])('%s', (kind, act) => {
  it('fails without media, and without the asset', async () => {
    expect(await act()).toMatchObject({ kind: 'failed', code: 'no_media', retryable: false });
    expect(await act({ asset: 'nothing' })).toMatchObject({ kind: 'failed', code: 'asset_not_found' });
    const { id } = library.asset;
    await db.updateTable('assets').set({ deleted_at: AT, trash_root_id: id }).where('id', '=', id).execute();
    expect(await act()).toMatchObject({ kind: 'failed', code: 'asset_trashed', retryable: false });
  });

  it('fails for good when the object is gone, also in the moment of reading', async () => {
    await addMedia(await makeJpeg(60, 40), 'image/jpeg');
    const { held } = objects;
    const [[key, content]] = [...held] as [[string, { content: Buffer; modifiedAt: Date }]];
    held.clear();
    expect(await act()).toMatchObject({ kind: 'failed', code: 'object_gone', retryable: false });
    held.set(key, content);
    jest.spyOn(objects, 'stat').mockImplementation((asking) => {
      held.clear();
      return Promise.resolve({ key: asking, sizeBytes: 1, modifiedAt: AT });
    });
    expect(await act()).toMatchObject({ kind: 'failed', code: 'object_gone' });
    expect(stagedFiles()).toEqual([]);
  });

  it('fails when the file was removed while it was looked into', async () => {
    await addMedia(await makeJpeg(60, 40), 'image/jpeg');
    const { read } = objects;
    jest.spyOn(objects, 'read').mockImplementation(async (...args) => {
      const body = await read(...args);
      await removeMedia(db, library.asset.id, library.user);
      return body;
    });
    expect(await act()).toMatchObject({ kind: 'failed', code: 'no_media', retryable: false });
  });

  it('leaves a fault of the object store to whoever tries again, and leaves nothing behind', async () => {
    await addMedia(await makeJpeg(60, 40), 'image/jpeg');
    jest.spyOn(objects, 'read').mockRejectedValue(new Error('the store is away'));
    await expect(act()).rejects.toThrow('the store is away');
    expect(stagedFiles()).toEqual([]);
  });

  it('ends with its reason when it is stopped', async () => {
    await addMedia(await makeJpeg(60, 40), 'image/jpeg');
    const stop = new AbortController();
    jest.spyOn(objects, 'read').mockImplementation((_key, _range, signal) => {
      const body = new Readable({ read: () => undefined });
      signal.addEventListener('abort', () => body.destroy(new Error('cut')));
      setTimeout(() => stop.abort(new Error('cancelled')), 20);
      return Promise.resolve(body);
    });
    await expect(act({}, stop.signal)).rejects.toThrow('cancelled');
    expect(stagedFiles()).toEqual([]);
  });

  it('takes a large object piece by piece, up to the limit of files', async () => {
    await addMedia(Buffer.from('large'), 'application/octet-stream');
    const piece = Buffer.alloc(MIB, 'x');
    jest.spyOn(objects, 'read').mockResolvedValue(
      Readable.from(
        (function* () {
          for (let no = 0; no < 40; no += 1) yield piece;
        })(),
        { highWaterMark: 1 },
      ),
    );
    expect(['done', 'failed']).toContain((await act()).kind);
    await db.updateTable('media').set({ metadata: null }).where('asset_id', '=', library.asset.id).execute();
    jest.spyOn(objects, 'read').mockResolvedValue(Readable.from([...Array(70).keys()].map(() => piece)));
    expect(await act()).toMatchObject({ kind: 'failed', code: 'too_large', retryable: false });
    expect(stagedFiles()).toEqual([]);
  });

  it.each([[{ asset: '' }], [{ asset: -1 }], [{ asset: null }], [{ media: 1 }]])('its schema refuses %j', (given) => {
    expect(NODE_SCHEMAS[kind].with.safeParse(given).success).toBe(false);
  });
});
