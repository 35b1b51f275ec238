import { type Name, parseName } from '../../../domain/names';
import { findReadableAsset } from '../../../store/asset-access';
import type { ListedPlace } from '../../../store/asset-listing';
import type { Database } from '../../../store/database';
import { findReadableProject, type ReadableProject } from '../../../store/projects';
import { notFound } from '../../refusal';
import { assetNotFound } from './asset-access';

/**
 * The place that `project_id` and `parent_id` of a query name. Numbers of assets and projects overlap: an asset goes
 * before the project that stands for its own root.
 * @throws Refusal 404 when the user may not read it, or when the parent does not lie in the project
 */
export async function findListedPlace(
  db: Database,
  query: { readonly project_id?: string | undefined; readonly parent_id?: string | undefined },
  user: { readonly id: string },
): Promise<ListedPlace> {
  const { project_id: projectText, parent_id: parentText } = query;
  const project = projectText === undefined ? undefined : await findProject(db, parseName(projectText), user);
  if (project === null) throw notFound('Project not found.');
  if (parentText !== undefined) return await findParent(db, parseName(parentText), project, user);
  return project === undefined ? { kind: 'readable' } : { kind: 'project', projectId: project.id };
}

async function findParent(
  db: Database,
  name: Name | null,
  project: ReadableProject | undefined,
  user: { readonly id: string },
): Promise<ListedPlace> {
  const asset = name === null ? null : await findReadableAsset(db, name, user);
  if (asset !== null && (project === undefined || asset.projectId === project.id)) {
    return { kind: 'parent', projectId: asset.projectId, parentId: asset.id };
  }
  const root = await findProject(db, name, user);
  if (root === null || (project !== undefined && root.id !== project.id)) throw assetNotFound();
  return { kind: 'parent', projectId: root.id, parentId: null };
}

function findProject(db: Database, name: Name | null, user: { readonly id: string }): Promise<ReadableProject | null> {
  return name === null ? Promise.resolve(null) : findReadableProject(db, name, user);
}
