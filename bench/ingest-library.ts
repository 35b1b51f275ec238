import { addApiKey } from '../src/store/credentials';
import type { Database } from '../src/store/database';
import { generateAssets } from '../src/store/generate';
import { createUser } from '../src/store/people';
import { createProject } from '../src/store/project-creation';
import type { Library } from './library';

/** A project that somebody may write in, and an asset for each single file. */
export interface IngestLibrary {
  readonly project: Pick<Library, 'apiKey' | 'projectUuid'>;
  readonly assets: readonly string[];
}

export async function fillIngestLibrary(db: Database, assets: number): Promise<IngestLibrary> {
  const user = await createUser(db, { email: 'bench@example.com', admin: true });
  const project = await createProject(db, 'bench');
  await generateAssets(db, { projectId: project.id, ownerId: user.id, count: assets, folders: 0 });
  const rows = await db
    .selectFrom('assets')
    .select('uuid')
    .where('project_id', '=', project.id)
    .where('media_type', '<>', 'folder')
    .orderBy('id')
    .execute();
  const apiKey = await addApiKey(db, user.id);
  return { project: { apiKey, projectUuid: project.uuid }, assets: rows.map(({ uuid }) => uuid) };
}
