import { parseName } from '../../../domain/names';
import type { Database } from '../../../store/database';
import { findReadableProject, type ReadableProject } from '../../../store/projects';
import { forbidden } from '../../refusal';

/**
 * The project that a path names, by any of its three names.
 * @throws Refusal 403 when there is none, or when the user may not read it: Unicat answers both alike
 */
export async function openProject(db: Database, gid: string, user: { readonly id: string }): Promise<ReadableProject> {
  const name = parseName(gid);
  const project = name === null ? null : await findReadableProject(db, name, user);
  if (project === null) throw forbidden('not a member of this project');
  return project;
}
