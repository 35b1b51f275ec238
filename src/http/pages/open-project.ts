import type { Principal } from '../../domain/credentials';
import { parseName } from '../../domain/names';
import type { Database } from '../../store/database';
import { findReadableProject, type ReadableProject } from '../../store/projects';
import { notFound } from '../refusal';

/**
 * The project that an address names, by any of its three names.
 * @throws Refusal 404 when there is none for the user
 */
export async function openProject(db: Database, text: string, user: Principal): Promise<ReadableProject> {
  const name = parseName(text);
  const project = name === null ? null : await findReadableProject(db, name, user);
  if (project === null) throw notFound('there is no such project, or it is not yours to see', 'project_not_found');
  return project;
}
