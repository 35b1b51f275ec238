import { sql } from 'kysely';
import { FILE_PHASE, moveNextChunk } from '../../src/store/bulk-move-chunk';
import { readExceptions, readParents, workThrough } from '../support/bulk-move';
import { useBulkMoveLibrary } from '../support/bulk-move-library';
import { createAssets, createProject, grantAccess, type TestThing } from '../support/fixtures';

const { db, store, user, project, folder, assets, prepare, move, readHistory } = useBulkMoveLibrary();

describe('moving files', () => {
  it('puts every item under the new parent and writes one history entry for each', async () => {
    const [from, to] = [await folder(), await folder()];
    const items = await assets(2_500, from.id);
    const { counts, outcome } = await move(items, to.id);
    expect(counts).toEqual({ total: 2_500, succeeded: 2_500, skipped: 0, failed: 0, remaining: 0 });
    expect(outcome).toBe('succeeded');
    expect(new Set(await readParents(db(), items))).toEqual(new Set([to.id]));
    const history = await readHistory(items);
    expect(history).toHaveLength(2_500);
    expect(history[0]).toEqual({ asset_id: items[0], kind: 'moved', actor_id: user().id, from_parent_id: from.id, to_parent_id: to.id }); // prettier-ignore
  });

  it('moves to the root and out of it again', async () => {
    const to = await folder();
    const items = await assets(3);
    await move(items, to.id);
    await move(items, null);
    expect(await readParents(db(), items)).toEqual([null, null, null]);
    expect(await readHistory(items)).toHaveLength(6);
  });

  it('keeps the previous parent of each item, one for all or one by one', async () => {
    const [one, two, to] = [await folder(), await folder(), await folder()];
    const same = await prepare((await assets(3, one.id)), to.id); // prettier-ignore
    await workThrough(store().pool, same);
    const mixed = [...(await assets(1, one.id)), ...(await assets(1)), ...(await assets(1, two.id))];
    const other = await prepare(mixed, to.id);
    await workThrough(store().pool, other);
    const read = (jobId: string) =>
      db().selectFrom('job_chunks').select(['moved_ids', 'previous_parent_ids']).where('job_id', '=', jobId).execute();
    expect(await read(same.jobId)).toEqual([{ moved_ids: null, previous_parent_ids: [one.id] }]);
    expect(await read(other.jobId)).toEqual([{ moved_ids: null, previous_parent_ids: [one.id, null, two.id] }]);
  });

  it('does a chunk once, however often it is asked for', async () => {
    const to = await folder();
    const items = await assets(10);
    const job = await prepare(items, to.id);
    expect(await moveNextChunk(store().pool, job, FILE_PHASE, new Date())).toMatchObject({ kind: 'done' });
    expect(await moveNextChunk(store().pool, job, FILE_PHASE, new Date())).toEqual({ kind: 'idle' });
    expect(await readHistory(items)).toHaveLength(10);
  });

  it('shares the chunks of a job among lanes without doing one twice', async () => {
    const to = await folder();
    const items = await assets(6_000);
    const job = await prepare(items, to.id);
    await workThrough(store().pool, job, 6);
    expect(await readHistory(items)).toHaveLength(6_000);
  });

  it.each(['pause', 'cancel'] as const)('moves nothing while the job is told to %s', async (control) => {
    const to = await folder();
    const items = await assets(5);
    const job = await prepare(items, to.id);
    await db().updateTable('jobs').set({ control }).where('id', '=', job.jobId).execute();
    const careful = await moveNextChunk(store().pool, job, FILE_PHASE, new Date(), true);
    const plain = await moveNextChunk(store().pool, job, FILE_PHASE, new Date());
    expect([careful, plain]).toEqual([
      { kind: 'stopped', control },
      { kind: 'stopped', control },
    ]);
    expect(await readHistory(items)).toEqual([]);
  });
});

describe('items that are not moved', () => {
  it('skips what is there already, and what is gone', async () => {
    const to = await folder();
    const [there] = await assets(1, to.id);
    const [trashed, stays] = await assets(2);
    await sql`update assets set deleted_at = now(), trash_root_id = id where id = ${trashed}`.execute(db());
    const { counts, jobId } = await move([there ?? '', trashed ?? '', stays ?? '', '987654321'], to.id);
    expect(counts).toMatchObject({ total: 4, succeeded: 1, skipped: 3, failed: 0, remaining: 0 });
    expect(await readExceptions(db(), jobId)).toEqual({
      [there ?? '']: 'already_there',
      [trashed ?? '']: 'gone',
      987654321: 'gone',
    });
  });

  it('counts an asset that has gone to another project as gone', async () => {
    const to = await folder();
    const elsewhere = await createProject(db());
    const [item] = (await createAssets(db(), { projectId: elsewhere.id, ownerId: user().id }, 1)).map(({ id }) => id);
    const { jobId } = await move([item ?? ''], to.id);
    expect(await readExceptions(db(), jobId)).toEqual({ [item ?? '']: 'gone' });
    expect(await readHistory([item ?? ''])).toEqual([]);
  });

  it('fails every item when the requester has lost the right to write', async () => {
    const to = await folder();
    const items = await assets(3);
    const job = await prepare(items, to.id);
    await grantAccess(db(), project().id, user().ownTeamId, { canWrite: false });
    await workThrough(store().pool, job);
    expect(Object.values(await readExceptions(db(), job.jobId))).toEqual(['forbidden', 'forbidden', 'forbidden']);
    expect(await readParents(db(), items)).toEqual([null, null, null]);
  });

  it('fails every item when the requester has been deleted', async () => {
    const to = await folder();
    const items = await assets(1);
    const job = await prepare(items, to.id);
    await sql`update users set deleted_at = now() where id = ${user().id}`.execute(db());
    await workThrough(store().pool, job);
    expect(Object.values(await readExceptions(db(), job.jobId))).toEqual(['forbidden']);
  });

  it('fails every item when the new parent has been trashed', async () => {
    const to = await folder();
    const items = await assets(2);
    const job = await prepare(items, to.id);
    await sql`update assets set deleted_at = now(), trash_root_id = id where id = ${to.id}`.execute(db());
    await workThrough(store().pool, job);
    expect(Object.values(await readExceptions(db(), job.jobId))).toEqual(['target_gone', 'target_gone']);
  });
});

describe('moving folders', () => {
  it('takes what lies in a moved folder along, and says so of what was selected below it', async () => {
    const [to, outer] = [await folder(), await folder()];
    const inner = await folder(outer.id);
    const [deep] = await assets(1, inner.id);
    const { jobId, counts } = await move([outer.id, inner.id, deep ?? ''], to.id);
    expect(counts).toMatchObject({ succeeded: 1, skipped: 2 });
    expect(await readExceptions(db(), jobId)).toEqual({ [inner.id]: 'covered_by_ancestor', [deep ?? '']: 'covered_by_ancestor' }); // prettier-ignore
    expect(await readParents(db(), [outer.id, inner.id, deep ?? ''])).toEqual([to.id, outer.id, inner.id]);
  });

  it('refuses to move a folder below itself, and then moves what was selected inside it', async () => {
    const outer = await folder();
    const target = await folder(outer.id);
    const [item] = await assets(1, outer.id);
    const { jobId, counts, outcome } = await move([outer.id, item ?? ''], target.id);
    expect(await readExceptions(db(), jobId)).toEqual({ [outer.id]: 'cannot_move_into_descendant' });
    expect(counts).toMatchObject({ succeeded: 1, failed: 1 });
    expect(outcome).toBe('with_failures');
    expect(await readParents(db(), [item ?? ''])).toEqual([target.id]);
  });

  it('refuses to move a folder into itself', async () => {
    const target = await folder();
    const { jobId } = await move([target.id], target.id);
    expect(await readExceptions(db(), jobId)).toEqual({ [target.id]: 'cannot_move_into_descendant' });
  });

  it('lets a folder that is there already cover what lies in it', async () => {
    const to = await folder();
    const inside = await folder(to.id);
    const [item] = await assets(1, inside.id);
    const { jobId } = await move([inside.id, item ?? ''], to.id);
    expect(await readExceptions(db(), jobId)).toEqual({ [inside.id]: 'already_there', [item ?? '']: 'covered_by_ancestor' }); // prettier-ignore
  });

  it('never makes a cycle of two opposite moves that run at once', async () => {
    for (let round = 0; round < 20; round += 1) {
      const [a, b] = [await folder(), await folder()];
      const order = (item: TestThing, target: TestThing) => move([item.id], target.id);
      const results = await Promise.all([order(a, b), order(b, a)]);
      expect(results.map((result) => result.counts.succeeded).sort()).toEqual([0, 1]);
      expect((await readParents(db(), [a.id, b.id])).filter((parent) => parent === null)).toHaveLength(1);
    }
  });

  it('guards against cycles also when a file became a folder after the snapshot', async () => {
    const target = await folder();
    const [item] = await assets(1);
    const job = await prepare([item ?? ''], target.id); // prettier-ignore
    await sql`update assets set media_type = 'folder' where id = ${item}`.execute(db());
    await sql`update assets set parent_id = ${item} where id = ${target.id}`.execute(db());
    await workThrough(store().pool, job);
    expect(await readExceptions(db(), job.jobId)).toEqual({ [item ?? '']: 'cannot_move_into_descendant' });
  });
});
