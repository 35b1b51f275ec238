import fc from 'fast-check';
import { sql } from 'kysely';
import type { BulkMoveVerdict } from '../../src/domain/bulk-move';
import { readExceptions, runBulkMove } from '../support/bulk-move';
import { runChild } from '../support/bulk-move-children';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures';
import { plant, TREE_SIZE, trees } from '../support/random-tree';

let database: TestDatabase;
let user: TestUser;
let project: TestThing;

beforeAll(async () => {
  database = await createTestDatabase();
  user = await createUser(database.store.db);
  project = await createProject(database.store.db);
  await grantAccess(database.store.db, project.id, user.ownTeamId, { canWrite: true });
});
afterAll(async () => {
  await database.drop();
});

interface Asset {
  parent: string | null;
  readonly folder: boolean;
  readonly trashed: boolean;
}
type World = Map<string, Asset>;

async function readWorld(ids: readonly string[]): Promise<World> {
  const { rows } = await sql<{ id: string; parent: string | null; folder: boolean; trashed: boolean }>`
    select id, parent_id as parent, media_type = 'folder' as folder, deleted_at is not null as trashed
    from assets where id = any(${ids}::bigint[])`.execute(database.store.db);
  return new Map(rows.map(({ id, ...asset }) => [id, asset]));
}

/** What lies above an asset, itself first. */
function chain(world: World, id: string | null): string[] {
  const found: string[] = [];
  for (let at = id; at !== null; at = world.get(at)?.parent ?? null) found.push(at);
  return found;
}

/** Undoes in the model what took the world from `before` to `after`, item by item; answers what became of each. */
function undoInModel(before: World, after: World, world: World, moved: readonly string[]) {
  const verdicts = new Map<string, BulkMoveVerdict>();
  const depth = new Map(moved.map((id) => [id, chain(world, id).length]));
  const rank = (id: string) => (world.get(id)?.folder === true ? (depth.get(id) ?? 0) : Infinity);
  const order = [...moved].sort((a, b) => (rank(a) === rank(b) ? Number(BigInt(a) - BigInt(b)) : rank(a) - rank(b)));
  for (const id of order) {
    const item = world.get(id);
    const home = before.get(id)?.parent ?? null;
    const target = home === null ? undefined : world.get(home);
    if (item === undefined || item.trashed) verdicts.set(id, 'gone');
    else if (item.parent !== after.get(id)?.parent) verdicts.set(id, 'changed');
    else if (home !== null && (target?.folder !== true || target.trashed)) verdicts.set(id, 'target_gone');
    else if (item.folder && chain(world, home).includes(id)) verdicts.set(id, 'cannot_move_into_descendant');
    else {
      verdicts.set(id, 'moved');
      item.parent = home;
    }
  }
  return verdicts;
}

/** What other people do between a job and its undo. */
const disturbances = fc.array(
  fc.record({ kind: fc.constantFrom('move', 'move', 'trash', 'restore', 'purge'), item: fc.nat(TREE_SIZE - 1), to: fc.nat() }), // prettier-ignore
  { maxLength: 5 },
);
type Disturbance = typeof disturbances extends fc.Arbitrary<(infer T)[]> ? T : never;

async function disturb(ids: readonly string[], { kind, item, to }: Disturbance): Promise<void> {
  const { db } = database.store;
  const id = ids[item] ?? '';
  const world = await readWorld(ids);
  const folders = [...world].filter(([, asset]) => asset.folder).map(([folder]) => folder);
  const place = folders[to % (folders.length + 1)] ?? null;
  if (kind === 'trash')
    await sql`update assets set deleted_at = now(), trash_root_id = id where id = ${id}`.execute(db);
  else if (kind === 'restore')
    await sql`update assets set deleted_at = null, trash_root_id = null where id = ${id}`.execute(db);
  else if (kind === 'purge') await sql`delete from assets where id = ${id}`.execute(db);
  else if (!chain(world, place).includes(id)) {
    await sql`update assets set parent_id = ${place} where id = ${id}`.execute(db);
  }
}

const ids = (items: Iterable<string>) => [...items].sort((a, b) => Number(BigInt(a) - BigInt(b)));

it('undoes random moves, and undoes that, as a simple model does, whatever others did in between', async () => {
  let undone = 0;
  await fc.assert(
    fc.asyncProperty(
      trees,
      fc.uniqueArray(fc.nat(TREE_SIZE - 1), { minLength: 4 }),
      fc.nat(TREE_SIZE),
      fc.array(disturbances, { minLength: 2, maxLength: 3 }),
      async (nodes, selected, wanted, rounds) => {
        const { store } = database;
        const planted = await plant(store.db, project.id, user.id, nodes);
        const folders = planted.filter((_, at) => nodes[at]?.folder === true);
        const targetId = folders[wanted % (folders.length + 1)] ?? null;
        const assetIds = selected.map((at) => planted[at] ?? '');
        let before = await readWorld(planted);
        let { jobId } = await runBulkMove(store, { project, requestedBy: user.id, targetId, assetIds });
        const exceptions = await readExceptions(store.db, jobId);
        let moved = ids(assetIds.filter((id) => exceptions[id] === undefined));
        for (const round of rounds) {
          if (moved.length === 0) return;
          const after = await readWorld(planted);
          for (const one of round) await disturb(planted, one);
          const world = await readWorld(planted);
          const untouched = structuredClone(world);
          const expected = undoInModel(before, after, world, moved);
          const child = await runChild(store, { relation: 'undo', parentId: jobId, caller: user });
          const codes = await readExceptions(store.db, child.jobId);
          expect(moved.map((id) => [id, codes[id] ?? 'moved'])).toEqual(moved.map((id) => [id, expected.get(id)]));
          expect(await readWorld(planted)).toEqual(world);
          expect(child.counts.total).toBe(moved.length);
          moved = ids(moved.filter((id) => expected.get(id) === 'moved'));
          expect(child.counts.succeeded).toBe(moved.length);
          const history = await sql<{ asset_id: string }>`
            select asset_id from history where job_id = ${child.jobId} order by asset_id`.execute(store.db);
          expect(history.rows.map((row) => row.asset_id)).toEqual(moved);
          undone += moved.length;
          before = untouched;
          jobId = child.jobId;
        }
      },
    ),
    { numRuns: 80 },
  );
  expect(undone).toBeGreaterThan(50);
}, 120_000);
