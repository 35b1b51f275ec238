import { sql } from 'kysely';
import { addApiKey } from '../src/store/credentials';
import type { Database } from '../src/store/database';
import { generateAssets } from '../src/store/generate';
import { createUser } from '../src/store/people';
import { createProject } from '../src/store/project-creation';
import type { Folder, Library } from './library';
import { VerificationError } from './verify-move';

/** A project for each job, so that no job waits for another one; the same person owns them all. */
export async function fillLibraries(db: Database, jobs: number, rows: number): Promise<readonly Library[]> {
  const user = await createUser(db, { email: 'bench@example.com', admin: true });
  const apiKey = await addApiKey(db, user.id);
  const libraries: Library[] = [];
  for (let no = 0; no < jobs; no += 1) {
    const project = await createProject(db, `bench ${String(no)}`);
    const place = { projectId: project.id, ownerId: user.id };
    const [first] = (await generateAssets(db, { ...place, count: rows, folders: 1 })).folders;
    const [second] = (await generateAssets(db, { ...place, count: 0, folders: 1 })).folders;
    const folders = [await findFolder(db, first), await findFolder(db, second)] as const;
    libraries.push({ projectId: project.id, projectUuid: project.uuid, userId: user.id, apiKey, folders, rows });
  }
  return libraries;
}

async function findFolder(db: Database, uuid = ''): Promise<Folder> {
  return db.selectFrom('assets').select(['id', 'uuid']).where('uuid', '=', uuid).executeTakeFirstOrThrow();
}

/** Counts that every asset of every project is in its place, with one entry of history for each. */
export async function verifyMoves(db: Database, libraries: readonly Library[], to: 0 | 1): Promise<void> {
  const targets = libraries.map(({ folders }) => folders[to].id);
  const { rows } = await sql<{ arrived: string; entries: string; assets: string }>`
    select (select count(*) from assets where parent_id = any(${targets}::bigint[]) and deleted_at is null) as arrived,
      count(*) as entries, count(distinct asset_id) as assets
    from history where kind = 'moved' and to_parent_id = any(${targets}::bigint[])`.execute(db);
  const wanted = String(libraries.reduce((sum, library) => sum + library.rows, 0));
  const { arrived, entries, assets } = rows[0] ?? {};
  if (arrived === wanted && entries === wanted && assets === wanted) return;
  throw new VerificationError(`of ${wanted} assets ${String(arrived)} arrived, with ${String(entries)} entries of history for ${String(assets)}`); // prettier-ignore
}
