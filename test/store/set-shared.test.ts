import { type KyselyPlugin, sql } from 'kysely';
import type { Database } from '../../src/store/database';
import { findInconsistencies } from '../../src/store/consistency';
import { createNameList, collectName } from '../../src/domain/selection-names';
import { newUuid } from '../../src/store/ids';
import { createChildJob } from '../../src/store/job-children';
import { cancelJob, pauseJob, resumeJob } from '../../src/store/job-control';
import { BEFORE_ALL, readItemPage } from '../../src/store/job-items';
import { findRunnableJob, finishJob, readStanding } from '../../src/store/job-progress';
import { findAssetsOfProject } from '../../src/store/assets-of-project';
import { shareNextChunk } from '../../src/store/set-shared-chunk';
import { snapshotSharing } from '../../src/store/set-shared-snapshot';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createFolder, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { prepareSharing, runSharing, shareAllChunks } from '../support/set-shared';

let database: TestDatabase;
let user: TestUser;
let project: TestThing;

const db = () => database.store.db;
const place = () => ({ projectId: project.id, ownerId: user.id });
const make = async (count: number) => (await createAssets(db(), place(), count)).map(({ id }) => id);
const order = (shared: boolean, assetIds: readonly string[] | null = null) => ({ project, user, shared, assetIds });
const run = (shared: boolean, assetIds: readonly string[] | null = null) =>
  runSharing(database.store, order(shared, assetIds));
const prepare = (shared: boolean, assetIds: readonly string[] | null = null) =>
  prepareSharing(database.store, order(shared, assetIds));
const trash = (ids: readonly string[]) =>
  sql`update assets set deleted_at = now(), trash_root_id = id where id = any(${ids}::bigint[])`.execute(db());

async function sharedIds(): Promise<string[]> {
  const rows = await db().selectFrom('assets').select('id').where('project_id', '=', project.id).where('shared', '=', true).orderBy('id').execute(); // prettier-ignore
  return rows.map(({ id }) => id);
}

async function historyOf(ids: readonly string[]): Promise<string[]> {
  const rows = await db().selectFrom('history').select(['asset_id', 'kind']).where('asset_id', 'in', ids).orderBy('id').execute(); // prettier-ignore
  return rows.map(({ asset_id, kind }) => `${asset_id} ${kind}`);
}

/** A link that shows these assets. */
async function link(ids: readonly string[]): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    with s as (insert into shares (uuid, project_id, asset_id, owner_id, token_hash)
      values (${newUuid()}, ${project.id}, ${ids[0]}, ${user.id}, decode(md5(random()::text), 'hex')) returning id),
    a as (insert into share_assets (share_id, no, asset_id)
      select s.id, i.no, i.id from s, unnest(${ids}::bigint[]) with ordinality as i (id, no))
    select id from s`.execute(db());
  return rows[0]?.id ?? '';
}

async function withdrawn(shareId: string): Promise<(string | null)[]> {
  const rows = await db().selectFrom('share_assets').select('withdrawn_reason').where('share_id', '=', shareId).orderBy('no').execute(); // prettier-ignore
  return rows.map((row) => row.withdrawn_reason);
}

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  user = await createUser(db());
  project = await createProject(db());
  await grantAccess(db(), project.id, user.ownTeamId, { canWrite: true });
});
afterEach(async () => {
  for await (const { fault, count } of findInconsistencies(db())) expect([fault, count]).toEqual([fault, 0]);
});
afterAll(() => database.drop());

test('only the flags that really change count, and only they get a line of history', async () => {
  const [one, two, three] = (await make(3)) as [string, string, string];
  expect((await run(true, [two])).counts).toMatchObject({ total: 1, succeeded: 1 });
  const all = await run(true);
  expect(all).toMatchObject({ outcome: 'succeeded', counts: { total: 3, succeeded: 2, skipped: 1, failed: 0 } });
  expect(await sharedIds()).toEqual([one, two, three]);
  const page = await readItemPage(db(), { jobId: all.jobId, status: 'skipped', doneAs: 'succeeded' }, BEFORE_ALL, 9);
  expect(page.items).toEqual([
    expect.objectContaining({ status: 'skipped', code: 'already_shared', retryable: false }),
  ]);
  expect((await run(false, [one])).counts.succeeded).toBe(1);
  expect((await run(false)).counts).toMatchObject({ succeeded: 2, skipped: 1 });
  expect(await historyOf([one, two])).toEqual([`${two} shared`, `${one} shared`, `${one} unshared`, `${two} unshared`]);
  expect(await sharedIds()).toEqual([]);
});

test('all assets are the live ones of this project, its folders too', async () => {
  const folder = await createFolder(db(), place());
  const [live, gone] = (await make(2)) as [string, string];
  await trash([gone]);
  const other = await createProject(db());
  const [foreign] = await createAssets(db(), { projectId: other.id, ownerId: user.id }, 1);
  expect((await run(true)).counts).toMatchObject({ total: 2, succeeded: 2 });
  expect(await sharedIds()).toEqual([folder.id, live].sort((a, b) => Number(a) - Number(b)));
  const { rows } = await sql`select from assets where id = ${foreign?.id} and shared`.execute(db());
  expect(rows).toEqual([]);
});

test('a project without assets is a job without items', async () => {
  expect(await run(true)).toMatchObject({ state: 'done', outcome: 'succeeded', counts: { total: 0, succeeded: 0 } });
});

test('an asset that is named twice is one item', async () => {
  const [id] = (await make(1)) as [string];
  expect((await run(true, [id, id])).counts).toMatchObject({ total: 1, succeeded: 1 });
});

test('what went to the trash, or to another project, before its turn is skipped as gone', async () => {
  const ids = await make(3);
  const job = await prepare(true);
  await trash(ids.slice(0, 1));
  const other = await createProject(db());
  await sql`update assets set project_id = ${other.id} where id = ${ids[1]}`.execute(db());
  await shareAllChunks(database.store, job);
  expect(await finishJob(db(), job.jobId, new Date())).toMatchObject({
    counts: { succeeded: 1, skipped: 2, failed: 0 },
  });
  expect(await sharedIds()).toEqual(ids.slice(2));
  expect(await historyOf(ids)).toEqual([`${String(ids[2])} shared`]);
});

test('an unshare takes assets off every link, also those without the flag, but not what has left the project', async () => {
  const ids = (await make(3)) as [string, string, string];
  const [first, second] = [await link(ids), await link(ids.slice(1))];
  await run(true, [ids[0]]);
  expect(await withdrawn(first)).toEqual([null, null, null]);
  const job = await prepare(false, ids);
  const other = await createProject(db());
  await sql`update assets set project_id = ${other.id} where id = ${ids[2]}`.execute(db());
  await shareAllChunks(database.store, job);
  expect(await finishJob(db(), job.jobId, new Date())).toMatchObject({ counts: { succeeded: 1, skipped: 2 } });
  expect(await withdrawn(first)).toEqual(['unshared', 'unshared', null]);
  expect(await withdrawn(second)).toEqual(['unshared', null]);
  await run(true, [ids[0]]);
  expect(await withdrawn(first)).toEqual(['unshared', 'unshared', null]);
});

test('a chunk that is repeated changes nothing', async () => {
  const ids = await make(2);
  const job = await prepare(true);
  expect(await shareNextChunk(db(), job, new Date())).toBe('worked');
  expect(await shareNextChunk(db(), job, new Date())).toBe('idle');
  await snapshotSharing(db(), { id: job.jobId, projectId: project.id }, new Date());
  expect(await shareNextChunk(db(), job, new Date())).toBe('idle');
  expect(await historyOf(ids)).toHaveLength(2);
  await finishJob(db(), job.jobId, new Date());
});

test('a transaction that breaks off leaves nothing, and the next one does it all', async () => {
  const ids = await make(2);
  const shown = await link(ids);
  await run(true);
  const job = await prepare(false);
  await sql`create function no_withdrawal() returns trigger language plpgsql as $$ begin raise 'disk full'; end $$`.execute(db()); // prettier-ignore
  await sql`create trigger no_withdrawal before update on share_assets execute function no_withdrawal()`.execute(db());
  try {
    await expect(shareNextChunk(db(), job, new Date())).rejects.toThrow('disk full');
  } finally {
    await sql`drop trigger no_withdrawal on share_assets`.execute(db());
    await sql`drop function no_withdrawal()`.execute(db());
  }
  expect(await sharedIds()).toEqual(ids);
  expect(await readStanding(db(), job.jobId)).toMatchObject({ counts: { succeeded: 0, remaining: 2 } });
  await shareAllChunks(database.store, job);
  expect(await finishJob(db(), job.jobId, new Date())).toMatchObject({ counts: { succeeded: 2 } });
  expect(await withdrawn(shown)).toEqual(['unshared', 'unshared']);
});

test('pause and cancel stop the next chunk, with exact counts', async () => {
  await make(2_500);
  const job = await prepare(true);
  expect(await shareNextChunk(db(), job, new Date())).toBe('worked');
  await pauseJob(db(), job.jobId, user, new Date());
  expect(await shareNextChunk(db(), job, new Date())).toBe('stopped');
  await resumeJob(db(), job.jobId, user, new Date());
  expect(await shareNextChunk(db(), job, new Date())).toBe('worked');
  await cancelJob(db(), job.jobId, user, new Date());
  expect(await shareNextChunk(db(), job, new Date())).toBe('idle');
  expect(await readStanding(db(), job.jobId)).toMatchObject({
    state: 'cancelled',
    counts: { total: 2_500, succeeded: 2_000, remaining: 500 },
  });
  expect(await sharedIds()).toHaveLength(2_000);
});

test('without the right to write nothing happens; a retry does the failed items once it is back', async () => {
  const ids = await make(3);
  const shown = await link(ids);
  await run(true);
  const job = await prepare(false);
  await grantAccess(db(), project.id, user.ownTeamId, { canWrite: false });
  await shareAllChunks(database.store, job);
  const ended = await finishJob(db(), job.jobId, new Date());
  expect(ended).toMatchObject({ outcome: 'with_failures', counts: { succeeded: 0, failed: 3 } });
  expect(await withdrawn(shown)).toEqual([null, null, null]);
  await grantAccess(db(), project.id, user.ownTeamId, { canWrite: true });

  const child = { parentId: job.jobId, token: newUuid(), caller: user, idempotencyKey: null, dispatched: true };
  const undo = await createChildJob(db(), { ...child, relation: 'undo', now: new Date() });
  expect(undo).toMatchObject({ kind: 'refused', refusal: 'not_offered' });
  const retry = await createChildJob(db(), { ...child, relation: 'retry', now: new Date() });
  expect(retry).toMatchObject({
    kind: 'created',
    job: { kind: 'set_shared', input: { project: project.uuid, requested_by: user.uuid, retry_of: job.token } },
  });
  const made = await findRunnableJob(db(), child.token);
  const again = { ...job, jobId: made?.id ?? '' };
  await snapshotSharing(db(), { id: again.jobId, projectId: project.id }, new Date());
  await shareAllChunks(database.store, again);
  expect(await finishJob(db(), again.jobId, new Date())).toMatchObject({ counts: { total: 3, succeeded: 3 } });
  expect(await sharedIds()).toEqual([]);
});

test('a hundred thousand assets are a hundred chunks of as many statements as one of ten', async () => {
  await sql`insert into assets (uuid, project_id, media_type, title, owner_id)
    select gen_random_uuid(), ${project.id}, 'image', 'a', ${user.id} from generate_series(1, 100000)`.execute(db());
  const counting = (by: { statements: number }): Database => {
    const plugin: KyselyPlugin = {
      transformQuery: ({ node }) => {
        by.statements += 1;
        return node;
      },
      transformResult: ({ result }) => Promise.resolve(result),
    };
    return db().withPlugin(plugin);
  };
  const small = { statements: 0 };
  const few = await prepare(true, await sharedOf(10));
  expect(await shareNextChunk(counting(small), few, new Date())).toBe('worked');
  await finishJob(db(), few.jobId, new Date());
  expect(small.statements).toBeGreaterThan(0);

  const large = { statements: 0 };
  const watched = counting(large);
  const job = await prepare(true);
  for (let chunk = 0; chunk < 100; chunk += 1) expect(await shareNextChunk(watched, job, new Date())).toBe('worked');
  expect(large.statements).toBe(100 * small.statements);
  expect(await finishJob(db(), job.jobId, new Date())).toMatchObject({
    outcome: 'succeeded',
    counts: { total: 100_000, succeeded: 99_990, skipped: 10, failed: 0, remaining: 0 },
  });
  const { rows } = await sql`select count(*)::int as lines, count(distinct asset_id)::int as assets from history
    where project_id = ${project.id} and kind = 'shared'`.execute(db());
  expect(rows).toEqual([{ lines: 100_000, assets: 100_000 }]);
});

async function sharedOf(count: number): Promise<string[]> {
  const rows = await db().selectFrom('assets').select('id').where('project_id', '=', project.id).limit(count).execute();
  return rows.map(({ id }) => id);
}

test('two jobs and a trash at once: each flag has exactly as many changes as lines of history', async () => {
  const ids = await make(3_000);
  const shown = await link(ids.slice(0, 50));
  const jobs = await Promise.all([prepare(true), prepare(false), prepare(true), prepare(false)]);
  await Promise.all([
    ...jobs.map((job) => shareAllChunks(database.store, job, 2)),
    ...[0, 1_000, 2_000].map((from) => trash(ids.slice(from, from + 200))),
  ]);
  let changes = 0;
  for (const { jobId } of jobs) {
    const standing = await finishJob(db(), jobId, new Date());
    expect(standing).toMatchObject({ state: 'done', counts: { total: 3_000, failed: 0, remaining: 0 } });
    changes += standing?.counts.succeeded ?? 0;
  }
  const { rows } = await sql<{ lines: number; broken: number }>`
    select sum(h.shared + h.unshared)::int as lines,
      count(*) filter (where h.shared - h.unshared <> case when a.shared then 1 else 0 end)::int as broken
    from assets a join lateral (
      select count(*) filter (where kind = 'shared') as shared, count(*) filter (where kind = 'unshared') as unshared
      from history where asset_id = a.id) h on true
    where a.project_id = ${project.id}`.execute(db());
  expect(rows).toEqual([{ lines: changes, broken: 0 }]);
  expect(await withdrawn(shown)).not.toContain(null);
});

test('unknown, foreign and trashed names are found wherever they stand in a list', async () => {
  const assets = await createAssets(db(), place(), 3);
  const other = await createProject(db());
  const [foreign] = await createAssets(db(), { projectId: other.id, ownerId: user.id }, 1);
  await trash([assets[2]?.id ?? '']);
  const given = [assets[0]?.uuid, foreign?.id, assets[1]?.key, '999999999', assets[2]?.uuid, newUuid(), assets[1]?.id];
  const names = createNameList(given.length);
  given.forEach((name, at) => collectName(names, name, at));
  const found = await findAssetsOfProject(db(), project.id, names);
  expect(found.kind === 'unknown' && found.unknown.map(({ position }) => position)).toEqual([1, 3, 4, 5]);
});
