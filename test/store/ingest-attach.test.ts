import { sql } from 'kysely';
import { attachIngests, type AttachJob, type FileOutcome } from '../../src/store/ingest-attach';
import type { Database } from '../../src/store/database';
import { newUuid } from '../../src/store/ids';
import { findInconsistencies } from '../../src/store/consistency';
import { finishJob, readStanding } from '../../src/store/job-progress';
import { pauseJob } from '../../src/store/job-control';
import { removeMedia } from '../../src/store/media';
import { readAsset } from '../../src/store/assets';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createFolder, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { allThere, openTestIngest, readIngest, someFacts } from '../support/ingest';
import { putIntoTrash } from '../support/put-into-trash';

let database: TestDatabase;
let db: Database;
let user: TestUser;
let project: TestThing;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ db } = database.store);
  user = await createUser(db);
  project = await createProject(db);
  await grantAccess(db, project.id, user.ownTeamId, { canWrite: true });
});
afterAll(async () => {
  for await (const { fault, count } of findInconsistencies(db)) expect([fault, count]).toEqual([fault, 0]);
  await database.drop();
});

async function anAsset(): Promise<TestThing> {
  const [asset] = await createAssets(db, { projectId: project.id, ownerId: user.id }, 1);
  if (asset === undefined) throw new Error('no asset was made');
  return asset;
}

async function anIngest(asset?: TestThing, filename = 'cat.jpg') {
  const on = asset ?? (await anAsset());
  const opened = await openTestIngest(db, { asset: on, project, actor: user, filename });
  const job: AttachJob = { jobId: opened.jobId, projectId: project.id, requestedBy: user.id };
  return { ...opened, asset: on, job };
}

const ready = (ingestId: string, sha: string): FileOutcome => ({ kind: 'ready', ingestId, facts: someFacts(sha) });
const attach = (job: AttachJob, outcomes: readonly FileOutcome[], findObjects = allThere) =>
  attachIngests(db, job, 0, outcomes, findObjects, new Date());

const mediaOf = (assetId: string) => db.selectFrom('media').selectAll().where('asset_id', '=', assetId).orderBy('id').execute(); // prettier-ignore
const historyOf = (assetId: string) => db.selectFrom('history').select(['kind', 'actor_id', 'job_id', 'details']).where('asset_id', '=', assetId).orderBy('id').execute(); // prettier-ignore

test('a file is attached: media row, fields of the asset, history, sync event, counts; the address is forgotten', async () => {
  const { job, jobId, token, ingest, asset } = await anIngest(undefined, 'pictures/cat.jpg');
  expect(await attach(job, [ready(ingest.id, 'a1')])).toEqual({ kind: 'done', succeeded: 1, failed: 0 });

  const [media] = await mediaOf(asset.id);
  expect(media).toMatchObject({
    filename: 'pictures/cat.jpg',
    media_type: 'image',
    content_type: 'image/jpeg',
    size_bytes: '1234',
    object_key: `sha256/a1/a1${'0'.repeat(62)}`,
    width: 640,
    height: 480,
    previews: ['small', 'medium', 'large'],
    metadata: { exif: { Make: 'Camera' }, iptc: {}, xmp: {}, mediainfo: {} },
  });
  expect(await readAsset(db, asset.id)).toMatchObject({ mediaType: 'image', originalFilename: 'pictures/cat.jpg' });
  expect(await historyOf(asset.id)).toEqual([
    { kind: 'media_added', actor_id: user.id, job_id: jobId, details: { media: [{ id: Number(media?.id), filename: 'pictures/cat.jpg' }] } }, // prettier-ignore
  ]);
  const { rows } = await sql<{ action: string; data: unknown }>`
    select action, data from sync_events where data_type = 'assets' and data_key = ${asset.uuid}`.execute(db);
  expect(rows).toEqual([
    {
      action: 'UPDATE',
      data: expect.objectContaining({ project_gid: project.uuid, original_filename: 'pictures/cat.jpg', 'job.token': token }) as unknown, // prettier-ignore
    },
  ]);
  const after = await readIngest(db, jobId);
  expect(after).toMatchObject({ urlSealed: null, mediaId: media?.id, code: null });
  expect(await finishJob(db, jobId, new Date())).toMatchObject({ state: 'done', outcome: 'succeeded' });
});

test('attached twice it is there once', async () => {
  const { job, ingest, asset } = await anIngest();
  await attach(job, [ready(ingest.id, 'a2')]);
  expect(await attach(job, [ready(ingest.id, 'a2')])).toEqual({ kind: 'idle' });
  expect(await mediaOf(asset.id)).toHaveLength(1);
});

test('two at once attach it once', async () => {
  const { job, ingest, asset } = await anIngest();
  const results = await Promise.all([attach(job, [ready(ingest.id, 'a3')]), attach(job, [ready(ingest.id, 'a3')])]);
  expect(results.map(({ kind }) => kind).sort()).toEqual(['done', 'idle']);
  expect(await mediaOf(asset.id)).toHaveLength(1);
});

test('an object that is gone again changes nothing, and is named', async () => {
  const { job, ingest, asset } = await anIngest();
  const nothing = () => Promise.resolve(new Set<string>());
  expect(await attach(job, [ready(ingest.id, 'a4')], nothing)).toEqual({ kind: 'missing', ingestIds: [ingest.id] });
  expect(await mediaOf(asset.id)).toEqual([]);
  expect(await attach(job, [ready(ingest.id, 'a4')])).toMatchObject({ kind: 'done' });
});

test('a paused job attaches nothing', async () => {
  const { job, jobId, ingest, asset } = await anIngest();
  await pauseJob(db, jobId, null, new Date());
  expect(await attach(job, [ready(ingest.id, 'a5')])).toEqual({ kind: 'stopped', control: 'pause' });
  expect(await mediaOf(asset.id)).toEqual([]);
});

test('what may not be attached any more fails with its code, and the rest of the job counts it', async () => {
  const reader = await createUser(db);
  await grantAccess(db, project.id, reader.ownTeamId);
  const refused = await anIngest();
  await attach({ ...refused.job, requestedBy: reader.id }, [ready(refused.ingest.id, 'b1')]);
  expect(await readIngest(db, refused.jobId)).toMatchObject({ code: 'forbidden', urlSealed: expect.any(Buffer) as Buffer }); // prettier-ignore
  expect((await readStanding(db, refused.jobId)).counts).toMatchObject({ failed: 1, remaining: 0 });

  const gone = await anIngest();
  await db.deleteFrom('assets').where('id', '=', gone.asset.id).execute();
  await attach(gone.job, [ready(gone.ingest.id, 'b2')]);
  expect(await readIngest(db, gone.jobId)).toMatchObject({ code: 'asset_gone', urlSealed: null });

  const folder = await anIngest(await createFolder(db, { projectId: project.id, ownerId: user.id }));
  await attach(folder.job, [ready(folder.ingest.id, 'b3')]);
  expect(await readIngest(db, folder.jobId)).toMatchObject({ code: 'asset_is_folder', mediaId: null });
});

test('an asset that went to the trash meanwhile has its media there', async () => {
  const { job, ingest, asset } = await anIngest();
  await putIntoTrash(db, asset, new Date());
  expect(await attach(job, [ready(ingest.id, 'b4')])).toMatchObject({ succeeded: 1 });
  expect(await mediaOf(asset.id)).toHaveLength(1);
});

test('a failed file counts as failed; its address stays when a retry may help', async () => {
  const passing = await anIngest();
  const failed = (ingestId: string, code: string): FileOutcome => ({ kind: 'failed', ingestId, code, attempts: 3 });
  expect(await attach(passing.job, [failed(passing.ingest.id, 'http_server_error')])).toMatchObject({ failed: 1 });
  const after = await readIngest(db, passing.jobId);
  expect(after).toMatchObject({ code: 'http_server_error', attempts: 3, urlSealed: expect.any(Buffer) as Buffer });

  const lasting = await anIngest();
  await attach(lasting.job, [failed(lasting.ingest.id, 'address_forbidden')]);
  expect(await readIngest(db, lasting.jobId)).toMatchObject({ urlSealed: null });
});

test('a chunk is ended with one outcome for each of its files, or not at all', async () => {
  const { job } = await anIngest();
  await expect(attach(job, [])).rejects.toThrow('do not have one outcome each');
});

describe('the same bytes', () => {
  test('name the asset that had them first, if the requester may read it', async () => {
    const first = await anIngest();
    await attach(first.job, [ready(first.ingest.id, 'c1')]);
    const second = await anIngest();
    await attach(second.job, [ready(second.ingest.id, 'c1')]);
    expect(await duplicateOf(second.jobId)).toBe(first.asset.uuid);
    expect(await duplicateOf(first.jobId)).toBeNull();

    await putIntoTrash(db, first.asset, new Date());
    const third = await anIngest();
    await attach(third.job, [ready(third.ingest.id, 'c1')]);
    expect(await duplicateOf(third.jobId)).toBe(first.asset.uuid);
  });

  test('of a foreign asset say nothing, and of the asset itself neither', async () => {
    const stranger = await createUser(db);
    const [foreign] = await createAssets(db, { projectId: null, ownerId: stranger.id }, 1);
    if (foreign === undefined) throw new Error('no asset was made');
    const theirs = await openTestIngest(db, { asset: foreign, project: null, actor: stranger });
    await attach({ jobId: theirs.jobId, projectId: null, requestedBy: stranger.id }, [ready(theirs.ingest.id, 'c2')]);
    const mine = await anIngest();
    await attach(mine.job, [ready(mine.ingest.id, 'c2')]);
    expect(await duplicateOf(mine.jobId)).toBeNull();
    const again = await anIngest(mine.asset);
    await attach(again.job, [ready(again.ingest.id, 'c2')]);
    expect(await duplicateOf(again.jobId)).toBeNull();
    expect(await mediaOf(mine.asset.id)).toHaveLength(2);
  });
});

test('a chunk of files that make their assets: one transaction, in the order of the lines', async () => {
  const { job, jobId, ids, uuids } = await aBulk(5);
  const outcomes = ids.map((id, at): FileOutcome =>
    at === 3 ? { kind: 'failed', ingestId: id, code: 'http_not_found' } : ready(id, at === 4 ? 'd0' : `d${String(at)}`),
  );
  expect(await attach(job, outcomes)).toEqual({ kind: 'done', succeeded: 4, failed: 1 });
  const made = await db.selectFrom('assets').selectAll().where('uuid', 'in', uuids).orderBy('id').execute();
  expect(made.map(({ uuid }) => uuid)).toEqual(uuids.filter((_, at) => at !== 3));
  expect(made[0]).toMatchObject({ title: 'Title 1', media_type: 'image', parent_id: null, owner_id: user.id, original_filename: 'f1.jpg' }); // prettier-ignore
  expect((await historyOf(made[0]?.id ?? '')).map(({ kind }) => kind)).toEqual(['added', 'media_added']);
  const chunk = await db.selectFrom('job_chunks').selectAll().where('job_id', '=', jobId).executeTakeFirstOrThrow();
  expect(chunk).toMatchObject({
    succeeded: 4,
    failed: 1,
    exception_ids: [ids[3]],
    exception_codes: ['http_not_found'],
  });
  const { rows } = await sql<{ data_key: string; action: string }>`
    select data_key, action from sync_events where data_type = 'assets' and data ->> 'job.token' = (
      select uuid::text from jobs where id = ${jobId}) order by cursor`.execute(db);
  expect(rows).toEqual(made.map(({ uuid }) => ({ data_key: uuid, action: 'INSERT' })));
  const twin = await db
    .selectFrom('ingests')
    .select('duplicate_of')
    .where('id', '=', ids[4] ?? '')
    .executeTakeFirst();
  expect(twin?.duplicate_of).toBe(uuids[0]);
});

test('who may not write in the project any more makes no asset', async () => {
  const { job, ids, uuids } = await aBulk(2);
  const stranger = await createUser(db);
  const outcomes = ids.map((id) => ready(id, 'e1'));
  expect(await attach({ ...job, requestedBy: stranger.id }, outcomes)).toMatchObject({ succeeded: 0, failed: 2 });
  expect(await db.selectFrom('assets').select('id').where('uuid', 'in', uuids).execute()).toEqual([]);
});

test('media are taken away as before, and attaching goes on after it', async () => {
  const { job, ingest, asset } = await anIngest();
  await attach(job, [ready(ingest.id, 'f1')]);
  await removeMedia(db, asset.id, user);
  expect(await readAsset(db, asset.id)).toMatchObject({ mediaType: 'placeholder', originalFilename: null });
  const next = await anIngest(asset, 'dog.jpg');
  await attach(next.job, [ready(next.ingest.id, 'f1')]);
  expect(await readAsset(db, asset.id)).toMatchObject({ mediaType: 'image', originalFilename: 'dog.jpg' });
});

const duplicateOf = async (jobId: string) =>
  (await db.selectFrom('ingests').select('duplicate_of').where('job_id', '=', jobId).executeTakeFirstOrThrow())
    .duplicate_of;

/** A job of files that each make an asset, in one chunk. */
async function aBulk(count: number) {
  const uuids = Array.from({ length: count }, newUuid);
  const { rows } = await sql<{ id: string; token: string }>`
    insert into jobs (uuid, key, kind, project_id, created_by, input, total, state)
    values (${newUuid()}, ${newUuid()}, 'bulk_ingest_media', ${project.id}, ${user.id}, '{}', ${count}, 'running')
    returning id, uuid as token`.execute(db);
  const jobId = rows[0]?.id ?? '';
  await db.updateTable('jobs').set({ dispatched_at: new Date() }).where('id', '=', jobId).execute();
  const { rows: items } = await sql<{ id: string }>`
    insert into ingests (job_id, line, asset_uuid, makes_asset, filename, title)
    select ${jobId}::bigint, n, uuid, true, 'f' || n || '.jpg', 'Title ' || n
    from unnest(${uuids}::uuid[]) with ordinality l (uuid, n) order by n returning id`.execute(db);
  const ids = items.map(({ id }) => id);
  await sql`insert into job_chunks (job_id, no, phase, item_ids) values (${jobId}, 0, 1, ${ids}::bigint[])`.execute(db);
  return { jobId, ids, uuids, job: { jobId, projectId: project.id, requestedBy: user.id } satisfies AttachJob };
}
