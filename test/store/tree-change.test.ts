import { sql } from 'kysely';
import { findInconsistencies } from '../../src/store/consistency';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createFolder, createProject, createUser, grantAccess } from '../support/fixtures';
import { changeTree, createTree, openAs, standings, type TreeLibrary } from '../support/tree-library';

let database: TestDatabase;
let tree: TreeLibrary;

const db = () => database.store.db;
const all = () => [tree.top, tree.inner, ...tree.files];
const change = (kind: Parameters<typeof changeTree>[1], thing: { id: string }) =>
  changeTree(database.store, kind, thing, tree.user);
const file = (at: number) => tree.files[at] ?? tree.top;

async function historyOf(id: string) {
  const { rows } = await sql<{ kind: string; actor_id: string; from_parent_id: string | null; to_parent_id: string | null; details: unknown }>`
    select kind, actor_id, from_parent_id, to_parent_id, details from history where asset_id = ${id} order by id`.execute(db()); // prettier-ignore
  return rows;
}

async function faults(): Promise<string[]> {
  const found: string[] = [];
  for await (const { fault, count } of findInconsistencies(db())) if (count > 0) found.push(fault);
  return found;
}

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  tree = await createTree(db());
});
afterEach(async () => {
  expect(await faults()).toEqual([]);
});
afterAll(() => database.drop());

describe('the trash', () => {
  it('takes a folder with all that lies in it, at one instant, with a line of history each', async () => {
    expect(await change('trash_assets', tree.top)).toEqual({ kind: 'done' });
    expect(new Set(Object.values(await standings(db(), all())))).toEqual(new Set([tree.top.id]));
    const { rows } = await sql<{ instants: string }>`
      select count(distinct deleted_at) as instants from assets where trash_root_id = ${tree.top.id}`.execute(db());
    expect(rows).toEqual([{ instants: '1' }]);
    for (const { id } of all()) {
      expect(await historyOf(id)).toMatchObject([{ kind: 'trashed', actor_id: tree.user.id }]);
    }
  });

  it('starts its time anew when it is trashed again', async () => {
    await change('trash_assets', tree.top);
    await sql`update assets set deleted_at = deleted_at - interval '10 days' where trash_root_id = ${tree.top.id}`.execute(db()); // prettier-ignore
    await change('trash_assets', tree.top);
    const { rows } = await sql<{ fresh: boolean }>`
      select distinct deleted_at > now() - interval '1 minute' as fresh from assets where trash_root_id = ${tree.top.id}`.execute(db()); // prettier-ignore
    expect(rows).toEqual([{ fresh: true }]);
  });

  it('leaves what was trashed by itself as it is, when its folder is trashed and restored', async () => {
    await change('trash_assets', file(2));
    await change('trash_assets', tree.top);
    expect(await standings(db(), [file(2), file(3)])).toEqual({ [file(2).id]: file(2).id, [file(3).id]: tree.top.id });
    await change('restore_assets', tree.top);
    expect(await standings(db(), [file(2), file(3)])).toEqual({ [file(2).id]: file(2).id, [file(3).id]: 'live' });
  });

  it('takes a folder that went with another one, and is trashed itself, with what lies in it', async () => {
    await change('trash_assets', tree.top);
    await change('trash_assets', tree.inner);
    expect(await standings(db(), all())).toEqual({
      [tree.top.id]: tree.top.id,
      [tree.inner.id]: tree.inner.id,
      [file(0).id]: tree.top.id,
      [file(1).id]: tree.top.id,
      [file(2).id]: tree.inner.id,
      [file(3).id]: tree.inner.id,
    });
  });

  it('leaves another project alone', async () => {
    const other = await createTree(db());
    await change('trash_assets', tree.top);
    expect(new Set(Object.values(await standings(db(), [other.top, ...other.files])))).toEqual(new Set(['live']));
  });
});

describe('restore', () => {
  it('brings all back where it was', async () => {
    await change('trash_assets', tree.top);
    expect(await change('restore_assets', tree.top)).toEqual({ kind: 'done' });
    expect(new Set(Object.values(await standings(db(), all())))).toEqual(new Set(['live']));
    expect((await historyOf(file(3).id)).map(({ kind }) => kind)).toEqual(['trashed', 'restored']);
  });

  it('refuses what is not in the trash, what went with a folder, and what lies in a trashed folder', async () => {
    expect(await change('restore_assets', tree.top)).toEqual({ kind: 'refused', refusal: 'not_in_trash' });
    await change('trash_assets', file(0));
    await change('trash_assets', tree.top);
    expect(await change('restore_assets', file(1))).toEqual({ kind: 'refused', refusal: 'went_with_folder' });
    expect(await change('restore_assets', tree.inner)).toEqual({ kind: 'refused', refusal: 'went_with_folder' });
    expect(await change('restore_assets', file(0))).toEqual({ kind: 'refused', refusal: 'folder_in_trash' });
    expect(Object.values(await standings(db(), all()))).not.toContain('live');
  });

  it('puts it under the root of the project when its folder is gone, and says so in its history', async () => {
    await change('trash_assets', file(0));
    await change('delete_assets', tree.top);
    expect(await change('restore_assets', file(0))).toEqual({ kind: 'done' });
    const restored = await openAs(db(), file(0), tree.user);
    expect(restored).toMatchObject({ parentId: null, projectId: tree.project.id, deletedAt: null });
    expect((await historyOf(file(0).id)).at(-1)).toMatchObject({
      kind: 'restored',
      from_parent_id: tree.top.id,
      to_parent_id: null,
      details: { parent_gone: true },
    });
  });
});

describe('deleting for good', () => {
  it.each([true, false])('takes all that lies in a folder, whether it is in the trash (%s)', async (inTrash) => {
    if (inTrash) await change('trash_assets', tree.top);
    expect(await change('delete_assets', tree.top)).toEqual({ kind: 'done' });
    expect(await standings(db(), all())).toEqual({});
    for (const { id } of all()) expect(await historyOf(id)).toMatchObject([{ kind: 'deleted' }]);
  });

  it('takes a folder that went to the trash with another one, and nothing else', async () => {
    await change('trash_assets', tree.top);
    await change('delete_assets', tree.inner);
    expect(Object.keys(await standings(db(), all()))).toEqual([tree.top.id, file(0).id, file(1).id]);
    await change('restore_assets', tree.top);
  });

  it('is not there for anybody any more', async () => {
    await change('delete_assets', file(0));
    await expect(openAs(db(), file(0), tree.user)).rejects.toThrow('is not there');
  });
});

describe('assignment', () => {
  const assign = (thing: { id: string }, target: { id: string; uuid: string } | null) =>
    changeTree(database.store, 'assign_assets', thing, tree.user, { target });
  const projectsOf = async () => {
    const { rows } = await sql<{ project_id: string | null; parent_id: string | null }>`
      select project_id, parent_id from assets where id = any(${all().map(({ id }) => id)}::bigint[]) order by id`.execute(db()); // prettier-ignore
    return rows;
  };

  it('takes a folder with all that lies in it to the root of the other project', async () => {
    const target = await createProject(db());
    await grantAccess(db(), target.id, tree.user.ownTeamId, { canWrite: true });
    expect(await assign(tree.inner, target)).toEqual({ kind: 'done' });
    const [top, inner, one, two, three, four] = await projectsOf();
    expect([top, one, two].map((row) => row?.project_id)).toEqual(Array(3).fill(tree.project.id));
    expect([inner, three, four].map((row) => row?.project_id)).toEqual(Array(3).fill(target.id));
    expect(inner?.parent_id).toBeNull();
    expect((await historyOf(tree.inner.id)).map(({ kind }) => kind)).toEqual(['unassigned', 'assigned']);
    expect((await historyOf(file(3).id)).map(({ kind }) => kind)).toEqual(['assigned']);
  });

  it('to no project is for what has one', async () => {
    expect(await assign(tree.top, null)).toEqual({ kind: 'done' });
    expect((await projectsOf()).map(({ project_id }) => project_id)).toEqual(Array(6).fill(null));
    expect(await assign(tree.top, null)).toEqual({ kind: 'refused', refusal: 'no_project' });
    expect(await assign(tree.top, tree.project)).toEqual({ kind: 'done' });
    expect((await projectsOf()).map(({ project_id }) => project_id)).toEqual(Array(6).fill(tree.project.id));
  });

  it('to the project in which it is leaves it where it lies', async () => {
    expect(await assign(file(3), tree.project)).toEqual({ kind: 'done' });
    expect((await openAs(db(), file(3), tree.user)).parentId).toBe(tree.inner.id);
    expect(await historyOf(file(3).id)).toEqual([]);
  });

  it('is refused in the trash; what lies there stays with its project', async () => {
    await change('trash_assets', file(2));
    expect(await assign(file(2), null)).toEqual({ kind: 'refused', refusal: 'in_trash' });
    const target = await createProject(db());
    await grantAccess(db(), target.id, tree.user.ownTeamId, { canWrite: true });
    await assign(tree.top, target);
    expect((await openAs(db(), file(2), tree.user)).projectId).toBe(tree.project.id);
    await change('restore_assets', file(2));
    expect(await openAs(db(), file(2), tree.user)).toMatchObject({ projectId: tree.project.id, parentId: null });
  });
});

test('an asset outside any project is trashed, restored and deleted by its owner', async () => {
  const owner = await createUser(db());
  const [alone] = await createAssets(db(), { projectId: null, ownerId: owner.id }, 1);
  if (alone === undefined) throw new Error('no asset');
  for (const kind of ['trash_assets', 'restore_assets', 'delete_assets'] as const) {
    expect(await changeTree(database.store, kind, alone, owner)).toEqual({ kind: 'done' });
  }
  expect(await standings(db(), [alone])).toEqual({});
});

test('what gets into a folder while it is trashed goes with it, or does not get in', async () => {
  const target = await createFolder(db(), { projectId: tree.project.id, ownerId: tree.user.id });
  const mover = await database.store.pool.connect();
  try {
    // As a chunk of a bulk move does: the folder is shared, then a file is put into it.
    await mover.query('begin');
    await mover.query('select from assets where id = $1 and deleted_at is null for share', [target.id]);
    await mover.query('update assets set parent_id = $1 where id = $2', [target.id, file(0).id]);
    const trashing = change('trash_assets', target);
    await sql`select pg_sleep(0.1)`.execute(db());
    await mover.query('commit');
    expect(await trashing).toEqual({ kind: 'done' });
  } finally {
    mover.release();
  }
  expect(await standings(db(), [file(0)])).toEqual({ [file(0).id]: target.id });
});
