import fc from 'fast-check';
import { sql } from 'kysely';
import { decideBulkMoveItem, type BulkMoveVerdict } from '../../src/domain/bulk-move';
import { readExceptions, runBulkMove } from '../support/bulk-move';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures';
import { plant, TREE_SIZE, trees, type Node } from '../support/random-tree';

/** The rules of a bulk move, written down naively: top down, one item after the other. */
function expectedVerdicts(nodes: readonly Node[], selected: ReadonlySet<number>, target: number | null) {
  const above = (at: number | null): number[] => {
    const chain: number[] = [];
    for (let up = at; up !== null; up = nodes[up]?.parent ?? null) chain.push(up);
    return chain;
  };
  const aboveTarget = new Set(above(target));
  const targetLive = target === null || nodes[target]?.trashed === false;
  const verdicts = new Map<number, BulkMoveVerdict>();
  // A parent has a smaller number than its child, so that this order is top down.
  for (const at of [...selected].sort((a, b) => a - b)) {
    const node = nodes[at];
    if (node === undefined) throw new Error('no such node');
    const ancestors = above(node.parent);
    const failed = (up: number) => ['cannot_move_into_descendant', 'target_gone'].includes(verdicts.get(up) ?? '');
    verdicts.set(
      at,
      decideBulkMoveItem(
        { allowed: true, targetLive },
        {
          live: !node.trashed,
          aboveTarget: aboveTarget.has(at),
          covered: ancestors.some((up) => selected.has(up) && nodes[up]?.folder === true && !failed(up)),
          alreadyThere: node.parent === target,
          changed: false,
        },
      ),
    );
  }
  return verdicts;
}

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

it('decides every item of random trees and selections as the rules say, and moves just those', async () => {
  await fc.assert(
    fc.asyncProperty(
      trees,
      fc.uniqueArray(fc.nat(TREE_SIZE - 1), { minLength: 1 }),
      fc.nat(TREE_SIZE),
      async (nodes, selected, wanted) => {
        const folders = nodes.flatMap((node, at) => (node.folder ? [at] : []));
        const target = folders[wanted % (folders.length + 1)] ?? null;
        const ids = await plant(database.store.db, project.id, user.id, nodes);
        const idOf = (at: number) => ids[at] ?? '';
        const { jobId, counts } = await runBulkMove(database.store, {
          project,
          requestedBy: user.id,
          targetId: target === null ? null : idOf(target),
          assetIds: selected.map(idOf),
        });
        const expected = expectedVerdicts(nodes, new Set(selected), target);
        const exceptions = await readExceptions(database.store.db, jobId);
        expect(selected.map((at) => exceptions[idOf(at)] ?? 'moved')).toEqual(selected.map((at) => expected.get(at)));
        expect(counts.total).toBe(selected.length);
        expect(counts.succeeded + counts.skipped + counts.failed + (counts.remaining ?? NaN)).toBe(counts.total);
        const now = await sql<{ id: string; parent_id: string | null }>`
          select id, parent_id from assets where id = any(${ids}::bigint[]) order by id`.execute(database.store.db);
        const places = nodes.map((node, at) => (expected.get(at) === 'moved' ? target : node.parent));
        expect(now.rows.map((row) => row.parent_id)).toEqual(places.map((at) => (at === null ? null : idOf(at))));
        const history = await sql<{ asset_id: string }>`
          select asset_id from history where asset_id = any(${ids}::bigint[]) order by asset_id`.execute(
          database.store.db,
        );
        const moved = selected.filter((at) => expected.get(at) === 'moved').sort((a, b) => a - b);
        expect(history.rows.map((row) => row.asset_id)).toEqual(moved.map(idOf));
      },
    ),
    { numRuns: 80 },
  );
}, 120_000);
