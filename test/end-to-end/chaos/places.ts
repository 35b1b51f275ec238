import { sql } from 'kysely';
import { generateAssets } from '../../../src/store/generate';
import type { Database } from '../../../src/store/database';
import { createFolder, type TestThing } from '../../support/fixtures';
import { fillFolder, type Library } from '../support/library';

/** Two folders between which assets are moved to and fro, all that lie in one of them at a time. */
export interface Shuttle {
  readonly name: string;
  readonly places: readonly [TestThing, TestThing];
}

/** What the load works on; nothing of one part lies in another, so that the parts may move at once. */
export interface Places {
  /** The large one. */
  readonly main: Shuttle;
  readonly side: Shuttle;
  /** Folders with assets in them, moved as folders. */
  readonly shelves: Shuttle;
  /** A folder and one in it: the outer one cannot be moved into the inner one, which is a failure to be retried. */
  readonly knot: { readonly outer: TestThing; readonly inner: TestThing };
}

const SIDE_SHARE = 5;
const SHELVES_SHARE = 10;
const SHELVES = 40;

/** Makes them, and a table `chaos_origin` that tells where each asset of the project lies at first. */
export async function layOut(db: Database, library: Library, assets: number): Promise<Places> {
  const place = { projectId: library.project.id, ownerId: library.user.id };
  const main = await fillFolder(db, library, assets);
  const side = await fillFolder(db, library, Math.ceil(assets / SIDE_SHARE));
  const rack = await createFolder(db, place, 'rack');
  const otherRack = await createFolder(db, place, 'other rack');
  const { folders } = await generateAssets(db, {
    ...place,
    count: Math.ceil(assets / SHELVES_SHARE),
    folders: SHELVES,
  });
  await sql`update assets set parent_id = ${rack.id} where uuid = any(${folders}::uuid[])`.execute(db);
  const outer = await createFolder(db, place, 'outer');
  const inner = await createFolder(db, { ...place, parentId: outer.id }, 'inner');
  await sql`create table chaos_origin as
    select id, uuid, parent_id from assets where project_id = ${library.project.id}`.execute(db);
  await sql`alter table chaos_origin add primary key (id)`.execute(db);
  return {
    main: { name: 'main', places: [main.source, main.target] },
    side: { name: 'side', places: [side.source, side.target] },
    shelves: { name: 'shelves', places: [rack, otherRack] },
    knot: { outer, inner },
  };
}
