import { sql } from 'kysely';
import type { Database } from '../../src/store/database';
import { newUuid } from '../../src/store/ids';
import { openPurge, purgeNextChunk, readPurge } from '../../src/store/purge';
import { countTrash, listTrashRoots } from '../../src/store/purge-due';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createFolder, createProject, createUser, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { bringBack, countOf, gone, hangOn, trashEach, trashTree, whole } from '../support/purge-library';

const RETENTION_MS = 14 * 86_400_000;
const OVERDUE_MS = RETENTION_MS + 1_000;
const EARLY_MS = RETENTION_MS - 60_000;

let database: TestDatabase;
let db: Database;
let user: TestUser;
let project: TestThing;

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.store.db;
  user = await createUser(db);
});
afterAll(() => database.drop());
beforeEach(async () => {
  // What an earlier test has left in the trash is no business of the next one.
  await sql`update assets set deleted_at = null, trash_root_id = null, purging_at = null`.execute(db);
  project = await createProject(db);
});

const place = (parentId?: string) => ({ projectId: project.id, ownerId: user.id, ...(parentId === undefined ? {} : { parentId }) }); // prettier-ignore
const folder = (parentId?: string) => createFolder(db, place(parentId));
const assets = async (count: number, parentId?: string) =>
  (await createAssets(db, place(parentId), count)).map(({ id }) => id);
const open = () => openPurge(db, newUuid(), RETENTION_MS);
const step = (purgeId: string) => purgeNextChunk(database.store.pool, purgeId, new Date());
const countsOf = async (purgeId: string) => (await readPurge(db, purgeId)).counts;

/** To its end; at every step the counts add up. */
async function workThrough(purgeId: string): Promise<void> {
  for (let total: number | null = null; ;) {
    const what = await step(purgeId);
    const counts = await countsOf(purgeId);
    total ??= counts.total;
    expect(counts.total).toBe(total);
    expect(counts.purged + counts.kept + counts.remaining).toBe(total);
    expect(counts.remaining).toBeGreaterThanOrEqual(0);
    if (what === 'idle') return;
  }
}

async function purge() {
  const purgeId = await open();
  await workThrough(purgeId);
  return countsOf(purgeId);
}

describe('a purge', () => {
  it('takes what is due with everything below it, and leaves the rest', async () => {
    const [due, early] = [await folder(), await folder()];
    const inDue = [due.id, (await folder(due.id)).id, ...(await assets(3, due.id))];
    const inEarly = [early.id, ...(await assets(2, early.id))];
    const [single, live] = [await assets(2), await assets(2)];
    await hangOn(db, [...inDue, ...inEarly, ...single, ...live], user.id);
    await trashTree(db, due.id, OVERDUE_MS);
    await trashTree(db, early.id, EARLY_MS);
    await trashEach(db, single, OVERDUE_MS);
    expect(await purge()).toEqual({ total: 7, purged: 7, kept: 0, remaining: 0 });
    expect(await countOf(db, [...inDue, ...single])).toEqual(gone(7));
    expect(await countOf(db, [...inEarly, ...live])).toEqual(whole(5));
    expect(await purge()).toEqual({ total: 0, purged: 0, kept: 0, remaining: 0 });
  });

  it('goes by the clock of Postgres, to the second', async () => {
    const [over, under] = [await assets(1), await assets(1)];
    await trashEach(db, over, RETENTION_MS);
    await trashEach(db, under, RETENTION_MS - 1_000);
    expect(await purge()).toMatchObject({ purged: 1 });
    expect(await countOf(db, over)).toMatchObject({ assets: 0 });
    expect(await countOf(db, under)).toMatchObject({ assets: 1 });
  });

  it('lets what was trashed by itself before its folder outlive the folder', async () => {
    const above = await folder();
    const [own] = await assets(1, above.id);
    await trashEach(db, [own ?? ''], EARLY_MS);
    await trashTree(db, above.id, OVERDUE_MS);
    expect(await purge()).toMatchObject({ total: 1, purged: 1 });
    expect(await countOf(db, [own ?? ''])).toMatchObject({ assets: 1 });
  });

  it('waits for a tree that a job has not trashed to the end', async () => {
    const top = await folder();
    const below = await folder(top.id);
    const leaves = await assets(2, below.id);
    await trashTree(db, top.id, OVERDUE_MS);
    await sql`update assets set deleted_at = null, trash_root_id = null where id = ${leaves[1] ?? ''}`.execute(db);
    expect(await purge()).toMatchObject({ total: 0 });
    await sql`update assets a set deleted_at = r.deleted_at, trash_root_id = r.id from assets r
      where r.id = ${top.id} and a.id = ${leaves[1] ?? ''}`.execute(db);
    expect(await purge()).toMatchObject({ total: 4, purged: 4 });
  });

  it('waits for such a tree outside any project as well', async () => {
    const top = await createFolder(db, { projectId: null, ownerId: user.id });
    const [leaf] = await createAssets(db, { projectId: null, ownerId: user.id, parentId: top.id }, 1);
    await trashEach(db, [top.id], OVERDUE_MS);
    expect(await purge()).toMatchObject({ total: 0 });
    await trashEach(db, [leaf?.id ?? ''], EARLY_MS);
    expect(await purge()).toMatchObject({ total: 1, purged: 1 });
  });

  it('keeps what is brought back or trashed anew before its turn, and says so', async () => {
    const [back, again, stays] = [await folder(), await folder(), await folder()];
    await assets(4, back.id);
    await assets(2, again.id);
    for (const { id } of [back, again, stays]) await trashTree(db, id, OVERDUE_MS);
    const purgeId = await open();
    expect(await bringBack(db, back.id)).toBe(true);
    await sql`update assets set deleted_at = clock_timestamp() where trash_root_id = ${again.id}`.execute(db);
    await workThrough(purgeId);
    expect(await countsOf(purgeId)).toEqual({ total: 9, purged: 1, kept: 8, remaining: 0 });
    expect(await countOf(db, [back.id, again.id])).toMatchObject({ assets: 2 });
  });

  it('leaves what becomes due after it began to the next one', async () => {
    const purgeId = await open();
    const late = await assets(2);
    await trashEach(db, late, OVERDUE_MS);
    await workThrough(purgeId);
    expect(await countsOf(purgeId)).toMatchObject({ total: 0 });
    expect(await purge()).toMatchObject({ purged: 2 });
  });

  it('of one token begins once', async () => {
    await trashEach(db, await assets(2), OVERDUE_MS);
    const token = newUuid();
    const [first, second] = await Promise.all([openPurge(db, token, RETENTION_MS), openPurge(db, token, RETENTION_MS)]);
    expect(second).toBe(first);
    expect(await countsOf(first)).toMatchObject({ total: 2, remaining: 2 });
    await workThrough(first);
  });

  it('that was left after it had claimed its roots is finished by the next one', async () => {
    const top = await folder();
    const ids = [top.id, ...(await assets(1_500, top.id))];
    await trashTree(db, top.id, OVERDUE_MS);
    const left = await open();
    expect([await step(left), await step(left)]).toEqual(['worked', 'worked']);
    expect(await countsOf(left)).toEqual({ total: 1_501, purged: 1_000, kept: 0, remaining: 501 });
    expect(await bringBack(db, top.id)).toBe(false);
    expect(await purge()).toEqual({ total: 501, purged: 501, kept: 0, remaining: 0 });
    expect(await countOf(db, ids)).toMatchObject({ assets: 0, deleted: 1_501 });
  });

  it('finishes a permanent deletion that was decided and left', async () => {
    const top = await folder();
    await assets(3, top.id);
    await trashTree(db, top.id, 0);
    await sql`update assets set purging_at = clock_timestamp() where id = ${top.id}`.execute(db);
    expect(await purge()).toMatchObject({ total: 4, purged: 4 });
  });

  it('leaves to a job what the job deletes for good, whether or not it had begun by then', async () => {
    const [running, begins, finished] = [await folder(), await folder(), await folder()];
    for (const { id } of [running, begins, finished]) await trashTree(db, id, OVERDUE_MS);
    const deleteBy = async (rootId: string) => {
      const { rows } = await sql<{ id: string }>`
        insert into jobs (uuid, key, kind, created_by, input) values (uuidv7(), uuidv7()::text, 'delete_assets', ${user.id}, '{}')
        returning id`.execute(db);
      await sql`insert into job_selections (job_id, asset_ids, rules)
        values (${rows[0]?.id ?? null}, array[${rootId}::bigint], '[]')`.execute(db);
      return rows[0]?.id ?? '';
    };
    await deleteBy(running.id);
    const ended = await deleteBy(finished.id);
    await sql`update jobs set state = 'done', outcome = 'succeeded', finished_at = now() where id = ${ended}`.execute(
      db,
    );
    const purgeId = await open();
    await deleteBy(begins.id);
    await workThrough(purgeId);
    expect(await countsOf(purgeId)).toEqual({ total: 2, purged: 1, kept: 1, remaining: 0 });
    const left = await sql<{ id: string }>`select id from assets where project_id = ${project.id} and purging_at is null order by id`.execute(db); // prettier-ignore
    expect(left.rows.map(({ id }) => id)).toEqual([running.id, begins.id]);
  });

  it('keeps the rest of what is let go in the middle', async () => {
    const top = await folder();
    await assets(1_200, top.id);
    await trashTree(db, top.id, OVERDUE_MS);
    const purgeId = await open();
    expect([await step(purgeId), await step(purgeId)]).toEqual(['worked', 'worked']);
    await sql`update assets set purging_at = null where id = ${top.id}`.execute(db);
    await workThrough(purgeId);
    expect(await countsOf(purgeId)).toEqual({ total: 1_201, purged: 1_000, kept: 201, remaining: 0 });
    expect(await countTrash(db, { retentionMs: RETENTION_MS, dueOnly: true })).toEqual({ roots: 1, assets: 201 });
  });

  it('shares its roots with another one, and both tell all of it', async () => {
    const [first, second] = [await folder(), await folder()];
    for (const { id } of [first, second]) await assets(1_200, id);
    for (const { id } of [first, second]) await trashTree(db, id, OVERDUE_MS);
    await trashEach(db, await assets(1_500), OVERDUE_MS);
    const [one, other] = [await open(), await open()];
    await Promise.all([workThrough(one), workThrough(other)]);
    for (const each of [one, other]) expect(await countsOf(each)).toEqual({ total: 3_902, purged: 3_902, kept: 0, remaining: 0 }); // prettier-ignore
    const { rows } = await sql<{
      lines: string;
      assets: string;
    }>`select count(*) as lines, count(distinct asset_id) as assets
      from history where project_id = ${project.id} and kind = 'deleted'`.execute(db);
    expect(rows).toEqual([{ lines: '3902', assets: '3902' }]);
  });

  it('leaves what somebody else is deleting to them, and looks again', async () => {
    const top = await folder();
    const [held] = await assets(1, top.id);
    await trashTree(db, top.id, OVERDUE_MS);
    const purgeId = await open();
    await step(purgeId);
    const other = await database.store.pool.connect();
    try {
      await other.query('begin');
      await other.query('select from assets where id = $1 for update', [held]);
      expect(await step(purgeId)).toBe('held');
    } finally {
      await other.query('rollback');
      other.release();
    }
    await workThrough(purgeId);
    expect(await countsOf(purgeId)).toMatchObject({ total: 2, purged: 2 });
  });
});

describe('the trash', () => {
  it('is listed with what is due first, and how much hangs on it', async () => {
    const [early, due] = [await folder(), await folder()];
    await assets(2, due.id);
    await trashTree(db, due.id, OVERDUE_MS);
    await trashTree(db, early.id, EARLY_MS);
    const filter = { retentionMs: RETENTION_MS, dueOnly: false, limit: 10 };
    const listed = await listTrashRoots(db, filter);
    expect(listed.map(({ uuid, assets: count }) => [uuid, count])).toEqual([[due.uuid, 3], [early.uuid, 1]]); // prettier-ignore
    expect(listed[0]).toMatchObject({ mediaType: 'folder', project: { uuid: project.uuid }, purging: false });
    expect((listed[0]?.dueAt.getTime() ?? 0) - (listed[0]?.trashedAt.getTime() ?? 0)).toBe(RETENTION_MS);
    expect(await listTrashRoots(db, { ...filter, dueOnly: true })).toEqual([listed[0]]);
    expect(await listTrashRoots(db, { ...filter, limit: 1 })).toEqual([listed[0]]);
    const elsewhere = (await createProject(db)).id;
    expect(await listTrashRoots(db, { ...filter, projectId: elsewhere })).toEqual([]);
    expect(await countTrash(db, filter)).toEqual({ roots: 2, assets: 4 });
    expect(await countTrash(db, { ...filter, dueOnly: true })).toEqual({ roots: 1, assets: 3 });
    expect(await countTrash(db, { ...filter, projectId: elsewhere })).toEqual({ roots: 0, assets: 0 });
  });
});
