import { sql } from 'kysely';
import { FILE_PHASE, moveNextChunk } from '../../src/store/bulk-move-chunk';
import { endJob } from '../../src/store/job-progress';
import { readExceptions, readParents, workThrough } from '../support/bulk-move';
import { prepareChild, runChild } from '../support/bulk-move-children';
import { useBulkMoveLibrary } from '../support/bulk-move-library';
import { grantAccess } from '../support/fixtures';

const { db, store, user, project, folder, assets, prepare, move, readHistory } = useBulkMoveLibrary();

const undo = (parentId: string) => runChild(store(), { relation: 'undo', parentId, caller: user() });
const retry = (parentId: string) => runChild(store(), { relation: 'retry', parentId, caller: user() });
const prepareUndo = (parentId: string) => prepareChild(db(), { relation: 'undo', parentId, caller: user() });
const put = (id: string, parentId: string | null) =>
  sql`update assets set parent_id = ${parentId} where id = ${id}`.execute(db());
const trash = (id: string) =>
  sql`update assets set deleted_at = now(), trash_root_id = id where id = ${id}`.execute(db());
const first = (ids: readonly string[]) => ids[0] ?? '';

describe('the undo of a move', () => {
  it('puts each asset back where it was, in one statement per chunk, and writes its history', async () => {
    const [a, b, to] = [await folder(), await folder(), await folder()];
    const items = [...(await assets(1_200, a.id)), ...(await assets(700, b.id)), ...(await assets(600))];
    const { jobId } = await move(items, to.id);
    const job = await prepareUndo(jobId);
    for (let chunk = 0; chunk < 3; chunk += 1) {
      const result = await moveNextChunk(store().pool, job, FILE_PHASE, new Date());
      expect(result).toMatchObject({ kind: 'done', exceptions: 0 });
    }
    const end = { state: 'done', outcome: null, error: null } as const;
    const { counts, outcome } = await endJob(db(), job.jobId, end, new Date());
    expect(counts).toEqual({ total: 2_500, succeeded: 2_500, skipped: 0, failed: 0, remaining: 0 });
    expect(outcome).toBe('succeeded');
    const places = [...Array<string>(1_200).fill(a.id), ...Array<string>(700).fill(b.id), ...Array<null>(600).fill(null)]; // prettier-ignore
    expect(await readParents(db(), items)).toEqual(places);
    const history = await readHistory([first(items)]);
    expect(history).toEqual([
      { asset_id: items[0], kind: 'moved', actor_id: user().id, from_parent_id: a.id, to_parent_id: to.id },
      { asset_id: items[0], kind: 'moved', actor_id: user().id, from_parent_id: to.id, to_parent_id: a.id },
    ]);
    const { rows } = await sql<{ job_id: string }>`
      select job_id from history where asset_id = ${items[0]} order by id`.execute(db());
    expect(rows.map((row) => row.job_id)).toEqual([jobId, job.jobId]);
    // The statement moved all of each chunk, without a look at single items.
    const chunks = await db().selectFrom('job_chunks').selectAll().where('job_id', '=', job.jobId).orderBy('no').execute(); // prettier-ignore
    expect(chunks.map((chunk) => chunk.moved_ids)).toEqual([null, null, null]);
    for (const { item_ids: ids } of chunks) expect(ids).toEqual([...ids].sort((x, y) => Number(BigInt(x) - BigInt(y))));
  });

  it('moves 997 of 1,000 back when three were moved since, and leaves those as changed', async () => {
    const [from, to, other] = [await folder(), await folder(), await folder()];
    const items = await assets(1_000, from.id);
    const { jobId } = await move(items, to.id);
    const since = [items[5] ?? '', items[500] ?? '', items[999] ?? ''];
    await move(since, other.id);
    const undone = await undo(jobId);
    expect(undone.counts).toEqual({ total: 1_000, succeeded: 997, skipped: 3, failed: 0, remaining: 0 });
    expect(undone.outcome).toBe('succeeded');
    expect(await readExceptions(db(), undone.jobId)).toEqual(Object.fromEntries(since.map((id) => [id, 'changed'])));
    const places = items.map((id) => (since.includes(id) ? other.id : from.id));
    expect(await readParents(db(), items)).toEqual(places);
  });

  it('takes only what the job moved, not what it left where it was', async () => {
    const [from, to] = [await folder(), await folder()];
    const moved = await assets(2, from.id);
    const there = await assets(2, to.id);
    const { jobId } = await move([...moved, ...there], to.id);
    const { counts } = await undo(jobId);
    expect(counts).toMatchObject({ total: 2, succeeded: 2 });
    expect(await readParents(db(), [...moved, ...there])).toEqual([from.id, from.id, to.id, to.id]);
  });

  it('knows where each item came from when the move had exceptions and many sources', async () => {
    const [a, b, to] = [await folder(), await folder(), await folder()];
    const items = [...(await assets(2, b.id)), ...(await assets(1)), ...(await assets(2, a.id))];
    const [there] = await assets(1, to.id);
    const { jobId } = await move([...items].reverse().concat(there ?? ''), to.id);
    expect((await undo(jobId)).counts).toMatchObject({ total: 5, succeeded: 5 });
    expect(await readParents(db(), items)).toEqual([b.id, b.id, null, a.id, a.id]);
  });

  it('undoes what a cancelled job had moved, and nothing else', async () => {
    const [from, to] = [await folder(), await folder()];
    const items = await assets(1_500, from.id);
    const job = await prepare(items, to.id);
    await moveNextChunk(store().pool, job, FILE_PHASE, new Date());
    await endJob(db(), job.jobId, { state: 'cancelled', outcome: 'cancelled', error: null }, new Date());
    expect((await undo(job.jobId)).counts).toMatchObject({ total: 1_000, succeeded: 1_000 });
    expect(new Set(await readParents(db(), items))).toEqual(new Set([from.id]));
  });

  it('skips what is gone, and fails what can no longer go back, which can be tried again', async () => {
    const [from, lost, to] = [await folder(), await folder(), await folder()];
    const items = [...(await assets(3, from.id)), ...(await assets(2, lost.id))];
    const [trashed, purged, stays, ...orphans] = items;
    const { jobId } = await move(items, to.id);
    await trash(trashed ?? '');
    await sql`delete from assets where id = ${purged}`.execute(db());
    await trash(lost.id);
    const undone = await undo(jobId);
    expect(undone.counts).toEqual({ total: 5, succeeded: 1, skipped: 2, failed: 2, remaining: 0 });
    expect(await readExceptions(db(), undone.jobId)).toEqual({
      [trashed ?? '']: 'gone',
      [purged ?? '']: 'gone',
      [orphans[0] ?? '']: 'target_gone',
      [orphans[1] ?? '']: 'target_gone',
    });
    expect(await readParents(db(), [stays ?? '', ...orphans])).toEqual([from.id, to.id, to.id]);

    await sql`update assets set deleted_at = null, trash_root_id = null where id = ${lost.id}`.execute(db());
    await put(orphans[1] ?? '', from.id);
    const retried = await retry(undone.jobId);
    expect(retried.counts).toMatchObject({ total: 2, succeeded: 1, skipped: 1 });
    expect(await readExceptions(db(), retried.jobId)).toEqual({ [orphans[1] ?? '']: 'changed' });
    expect(await readParents(db(), orphans)).toEqual([lost.id, from.id]);

    await undo(retried.jobId);
    expect(await readParents(db(), orphans)).toEqual([to.id, from.id]);
  });

  it('never puts an asset below what is no folder of the project any more', async () => {
    const [from, to] = [await folder(), await folder()];
    const items = await assets(2, from.id);
    const { jobId } = await move(items, to.id);
    await sql`update assets set media_type = 'image' where id = ${from.id}`.execute(db());
    expect(Object.values(await readExceptions(db(), (await undo(jobId)).jobId))).toEqual(['target_gone', 'target_gone']); // prettier-ignore
  });

  it('fails every item when the requester has lost the right to write', async () => {
    const to = await folder();
    const items = await assets(2);
    const { jobId } = await move(items, to.id);
    const job = await prepareUndo(jobId);
    await grantAccess(db(), project().id, user().ownTeamId, { canWrite: false });
    await workThrough(store().pool, job);
    expect(Object.values(await readExceptions(db(), job.jobId))).toEqual(['forbidden', 'forbidden']);
  });

  it('can itself be undone, and that again', async () => {
    const [a, b, to] = [await folder(), await folder(), await folder()];
    const items = [...(await assets(2, a.id)), ...(await assets(2, b.id)), ...(await assets(1))];
    const moved = await move(items, to.id);
    await put(first(items), b.id);
    const undone = await undo(moved.jobId);
    const home = [b.id, a.id, b.id, b.id, null];
    expect(await readParents(db(), items)).toEqual(home);
    const redone = await undo(undone.jobId);
    expect(redone.counts).toMatchObject({ total: 4, succeeded: 4 });
    expect(await readParents(db(), items)).toEqual([b.id, to.id, to.id, to.id, to.id]);
    await undo(redone.jobId);
    expect(await readParents(db(), items)).toEqual(home);
  });

  it('done a second time finds everything changed', async () => {
    const to = await folder();
    const items = await assets(3);
    const { jobId } = await move(items, to.id);
    await undo(jobId);
    expect((await undo(jobId)).counts).toMatchObject({ total: 3, succeeded: 0, skipped: 3 });
  });
});

describe('the undo of a move of folders', () => {
  it('takes along what lies in them, and goes before the files', async () => {
    const [home, to] = [await folder(), await folder()];
    const [outer, other] = [await folder(home.id), await folder()];
    const [inside, beside] = [first(await assets(1, outer.id)), first(await assets(1, home.id))];
    const { jobId } = await move([outer.id, other.id, inside, beside], to.id);
    const undone = await undo(jobId);
    expect(undone.counts).toMatchObject({ total: 3, succeeded: 3 });
    expect(await readParents(db(), [outer.id, other.id, inside, beside])).toEqual([home.id, null, outer.id, home.id]);
    const phases = await db().selectFrom('job_chunks').select('phase').where('job_id', '=', undone.jobId).orderBy('no').execute(); // prettier-ignore
    expect(phases.map((chunk) => chunk.phase)).toEqual([0, 1]);
  });

  it('refuses to put a folder below itself', async () => {
    const [home, to] = [await folder(), await folder()];
    const item = await folder(home.id);
    const { jobId } = await move([item.id], to.id);
    await put(home.id, item.id);
    const undone = await undo(jobId);
    expect(await readExceptions(db(), undone.jobId)).toEqual({ [item.id]: 'cannot_move_into_descendant' });
    expect(await readParents(db(), [item.id])).toEqual([to.id]);
  });

  it('puts only one of two folders back whose homes have come to lie in each other', async () => {
    const [x, y, to] = [await folder(), await folder(), await folder()];
    const [a, b] = [await folder(x.id), await folder(y.id)];
    const { jobId } = await move([a.id, b.id], to.id);
    await put(x.id, b.id);
    await put(y.id, a.id);
    const undone = await undo(jobId);
    expect(undone.counts).toMatchObject({ succeeded: 1, failed: 1 });
    expect(await readParents(db(), [a.id, b.id])).toEqual([x.id, to.id]);
  });

  it('guards against cycles also when a file became a folder after the snapshot', async () => {
    const [home, to] = [await folder(), await folder()];
    const item = first(await assets(1, home.id));
    const { jobId } = await move([item], to.id);
    const job = await prepareUndo(jobId);
    await sql`update assets set media_type = 'folder' where id = ${item}`.execute(db());
    await put(home.id, item);
    await workThrough(store().pool, job);
    expect(await readExceptions(db(), job.jobId)).toEqual({ [item]: 'cannot_move_into_descendant' });
  });
});

describe('a retry', () => {
  it('moves only the failed items, to the same target', async () => {
    const [to, outer] = [await folder(), await folder()];
    const inner = await folder(outer.id);
    const items = await assets(7);
    const job = await prepare(items, to.id);
    await trash(to.id);
    await workThrough(store().pool, job);
    await endJob(db(), job.jobId, { state: 'done', outcome: null, error: null }, new Date());
    await sql`update assets set deleted_at = null, trash_root_id = null where id = ${to.id}`.execute(db());
    await put(items[6] ?? '', inner.id);
    const { counts } = await retry(job.jobId);
    expect(counts).toEqual({ total: 7, succeeded: 7, skipped: 0, failed: 0, remaining: 0 });
    expect(new Set(await readParents(db(), items))).toEqual(new Set([to.id]));
  });

  it('leaves out what was skipped or moved, and lets folders go first and cover what lies in them', async () => {
    const outer = await folder();
    const target = await folder(outer.id);
    const loose = first(await assets(1));
    const { jobId } = await move([outer.id, loose], target.id);
    await put(target.id, null);
    const retried = await retry(jobId);
    expect(retried.counts).toMatchObject({ total: 1, succeeded: 1 });
    expect(await readParents(db(), [outer.id, loose])).toEqual([target.id, target.id]);
    const undone = await undo(retried.jobId);
    expect(undone.counts).toMatchObject({ total: 1, succeeded: 1 });
    expect(await readParents(db(), [outer.id, loose])).toEqual([null, target.id]);
  });
});

describe('chunks of an undo', () => {
  it.each(['pause', 'cancel'] as const)('move nothing while the job is told to %s', async (control) => {
    const to = await folder();
    const items = await assets(3);
    const job = await prepareUndo((await move(items, to.id)).jobId);
    await db().updateTable('jobs').set({ control }).where('id', '=', job.jobId).execute();
    const results = [];
    for (const careful of [false, true]) {
      results.push(await moveNextChunk(store().pool, job, FILE_PHASE, new Date(), careful));
    }
    expect(results).toEqual([
      { kind: 'stopped', control },
      { kind: 'stopped', control },
    ]);
    expect(new Set(await readParents(db(), items))).toEqual(new Set([to.id]));
  });

  it('find nothing to do once the job has ended', async () => {
    const to = await folder();
    const items = await assets(3);
    const job = await prepareUndo((await move(items, to.id)).jobId);
    await endJob(db(), job.jobId, { state: 'cancelled', outcome: 'cancelled', error: null }, new Date());
    for (const careful of [false, true]) {
      expect(await moveNextChunk(store().pool, job, FILE_PHASE, new Date(), careful)).toEqual({ kind: 'idle' });
    }
  });
});
