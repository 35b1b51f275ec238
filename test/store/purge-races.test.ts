import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database } from '../../src/store/database';
import { findInconsistencies } from '../../src/store/consistency';
import { newUuid } from '../../src/store/ids';
import { openPurge, purgeNextChunk, readPurge } from '../../src/store/purge';
import { beginTreeChange } from '../../src/store/tree-change';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createFolder, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { countOf, gone, hangOn, trashTree, whole } from '../support/purge-library';

const RACES = 500;
const RETENTION_MS = 14 * 86_400_000;
/** By so much the one who lost the last race begins earlier in the next one. */
const HANDICAP_MS = 0.4;

let database: TestDatabase;
let db: Database;
let user: TestUser;
let project: TestThing;

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.store.db;
  user = await createUser(db);
  project = await createProject(db);
  await grantAccess(db, project.id, user.ownTeamId, { canWrite: true });
});
afterAll(() => database.drop());

/** Something that is due: an asset, or a folder with five in it, and everything that can hang on them. */
async function makeDue(isFolder: boolean) {
  const place = { projectId: project.id, ownerId: user.id };
  const root = isFolder ? await createFolder(db, place) : (await createAssets(db, place, 1))[0];
  if (root === undefined) throw new Error('nothing was made');
  const inside = isFolder ? await createAssets(db, { ...place, parentId: root.id }, 5) : [];
  const ids = [root.id, ...inside.map(({ id }) => id)];
  await hangOn(db, ids, user.id);
  await trashTree(db, root.id, RETENTION_MS);
  return { asset: { id: root.id, mediaType: isFolder ? 'folder' : 'image', projectId: project.id }, ids };
}

async function restore(asset: Awaited<ReturnType<typeof makeDue>>['asset']): Promise<boolean> {
  const order = { kind: 'restore_assets', asset, target: null, actor: user, token: newUuid(), dispatched: false, now: new Date() } as const; // prettier-ignore
  const { kind } = await beginTreeChange(db, order);
  expect(['done', 'refused']).toContain(kind);
  return kind === 'done';
}

async function workThrough(purgeId: string): Promise<void> {
  while ((await purgeNextChunk(database.store.pool, purgeId, new Date())) !== 'idle');
}

/** A timer of whole ms is too coarse for what takes one. */
async function wait(ms: number): Promise<void> {
  await sleep(Math.floor(ms));
  const until = performance.now() + (ms % 1);
  while (performance.now() < until) await new Promise((resolve) => setImmediate(resolve));
}

test(`of a restore and a purge of the same thing exactly one wins, ${String(RACES)} times`, async () => {
  const wins = { restore: 0, purge: 0 };
  let headStartMs = 0;
  for (let race = 0; race < RACES; race += 1) {
    const { asset, ids } = await makeDue(race % 2 === 0);
    const purgeId = await openPurge(db, newUuid(), RETENTION_MS);
    const [restored] = await Promise.all([
      wait(Math.max(0, headStartMs)).then(() => restore(asset)),
      wait(Math.max(0, -headStartMs)).then(() => workThrough(purgeId)),
    ]);
    const total = ids.length;
    const { counts } = await readPurge(db, purgeId);
    const standing = await countOf(db, ids);
    if (restored) {
      wins.restore += 1;
      expect({ counts, standing }).toEqual({ counts: { total, purged: 0, kept: total, remaining: 0 }, standing: { ...whole(total), history: 2 * total } }); // prettier-ignore
    } else {
      wins.purge += 1;
      expect({ counts, standing }).toEqual({ counts: { total, purged: total, kept: 0, remaining: 0 }, standing: gone(total) }); // prettier-ignore
    }
    headStartMs += restored ? HANDICAP_MS : -HANDICAP_MS;
  }
  expect(wins.restore + wins.purge).toBe(RACES);
  expect(Math.min(wins.restore, wins.purge)).toBeGreaterThan(RACES / 20);
  for await (const finding of findInconsistencies(db)) expect(finding).toMatchObject({ count: 0 });
  const { rows } = await sql`select from assets where deleted_at is not null or purging_at is not null`.execute(db);
  expect(rows).toEqual([]);
}, 180_000);

test('of many restores and purges at once, each thing is whole in the end or gone', async () => {
  const things: Awaited<ReturnType<typeof makeDue>>[] = [];
  for (let at = 0; at < 60; at += 1) things.push(await makeDue(at % 2 === 0));
  const purges = [await openPurge(db, newUuid(), RETENTION_MS), await openPurge(db, newUuid(), RETENTION_MS)];
  const [restored] = await Promise.all([
    Promise.all(things.map(({ asset }) => restore(asset))),
    ...purges.map((purgeId) => workThrough(purgeId)),
  ]);
  for (const [at, { ids }] of things.entries()) {
    const expected = restored[at] === true ? { ...whole(ids.length), history: 2 * ids.length } : gone(ids.length);
    expect(await countOf(db, ids)).toEqual(expected);
  }
  const back = things.filter((_, at) => restored[at] === true).reduce((sum, { ids }) => sum + ids.length, 0);
  for (const purgeId of purges) expect((await readPurge(db, purgeId)).counts).toMatchObject({ kept: back, remaining: 0 }); // prettier-ignore
  for await (const finding of findInconsistencies(db)) expect(finding).toMatchObject({ count: 0 });
});
