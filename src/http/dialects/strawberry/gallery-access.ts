import { z } from 'zod';
import { parseName } from '../../../domain/names';
import type { Database } from '../../../store/database';
import { findReadableProject, type ReadableProject } from '../../../store/projects';
import { couldNotFind } from './errors';

/** The description of a path parameter that names a gallery, which is a project. */
export const galleryId = z.string().describe('The gallery: its id, uuid or key');

/**
 * The gallery that a path names, by any of its three names, with the rights of the user there.
 * @throws Refusal 404 when there is none for the user
 */
export async function openGallery(db: Database, text: string, user: { readonly id: string }): Promise<ReadableProject> {
  const name = parseName(text);
  const gallery = name === null ? null : await findReadableProject(db, name, user);
  if (gallery === null) throw couldNotFind('Gallery', text);
  return gallery;
}
