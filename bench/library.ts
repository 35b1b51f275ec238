import { sql } from 'kysely';
import { addApiKey } from '../src/store/credentials';
import type { Database } from '../src/store/database';
import { generateAssets } from '../src/store/generate';
import { createUser } from '../src/store/people';
import { createProject } from '../src/store/project-creation';

export interface Folder {
  readonly id: string;
  readonly uuid: string;
}

/** A project with the assets to move, and as many that nobody moves. */
export interface Library {
  readonly projectId: string;
  readonly projectUuid: string;
  readonly userId: string;
  readonly apiKey: string;
  /** The rows lie in the first one; each run moves all of them into the other one. */
  readonly folders: readonly [Folder, Folder];
  readonly rows: number;
}

/** How many folders the other assets are spread over. */
const OTHER_FOLDERS = 10;

/** Fills the store; every asset has one entry of history already, as in a library that has been used. */
export async function fillLibrary(db: Database, rows: number): Promise<Library> {
  const user = await createUser(db, { email: 'bench@example.com', admin: true });
  const project = await createProject(db, 'bench');
  const place = { projectId: project.id, ownerId: user.id };
  await generateAssets(db, { ...place, count: rows, folders: OTHER_FOLDERS });
  const [first] = (await generateAssets(db, { ...place, count: rows, folders: 1 })).folders;
  const [second] = (await generateAssets(db, { ...place, count: 0, folders: 1 })).folders;
  const folders = [await findFolder(db, first), await findFolder(db, second)] as const;
  const apiKey = await addApiKey(db, user.id);
  return { projectId: project.id, projectUuid: project.uuid, userId: user.id, apiKey, folders, rows };
}

async function findFolder(db: Database, uuid: string | undefined): Promise<Folder> {
  return db
    .selectFrom('assets')
    .select(['id', 'uuid'])
    .where('uuid', '=', uuid ?? '')
    .executeTakeFirstOrThrow();
}

/**
 * Makes the store ready for the next run, the same for everyone: the history that the last one wrote is taken away, dead
 * rows are cleared, the planner knows the tables, and no checkpoint is due while the run is measured.
 */
export async function settle(db: Database): Promise<void> {
  await sql`delete from history where kind = 'moved'`.execute(db);
  await sql`vacuum (analyze) assets, history, jobs, job_selections, job_chunks, sync_events, sync_cursors`.execute(db);
  await sql`checkpoint`.execute(db);
}
