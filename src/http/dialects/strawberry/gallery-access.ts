import { z } from 'zod';
import { type Name, NOTHING_NAMED, parseName } from '../../../domain/names';
import { findTeamWithAccess, type TeamWithAccess } from '../../../store/access-reading';
import type { Database } from '../../../store/database';
import { findReadableProject, type ReadableProject } from '../../../store/projects';
import { couldNotFind, notAllowed } from './errors';

/** The description of a path parameter that names a gallery, which is a project. */
export const galleryId = z.string().describe('The gallery: its id, uuid or key');

/**
 * The gallery that a path names, by any of its three names, with the rights of the user there.
 * @throws Refusal 404 when there is none for the user
 */
export async function openGallery(db: Database, text: string, user: { readonly id: string }): Promise<ReadableProject> {
  const gallery = await findReadableProject(db, toName(text), user);
  if (gallery === null) throw couldNotFind('Gallery', text);
  return gallery;
}

/**
 * The same for who manages it.
 * @throws Refusal 404 when there is none for the user, 403 when the user does not manage it
 */
export async function openManagedGallery(
  db: Database,
  text: string,
  user: { readonly id: string },
): Promise<ReadableProject> {
  const gallery = await openGallery(db, text, user);
  if (!gallery.rights.manage) throw notAllowed();
  return gallery;
}

/**
 * The team of that name (a number, uuid or key) with what it may do in a gallery, for who manages one and so sees all.
 * @throws Refusal 404 when there is none
 */
export async function openTeam(db: Database, text: string, galleryId: string | null): Promise<TeamWithAccess> {
  const team = await findTeamWithAccess(db, galleryId, toName(text));
  if (team === null) throw couldNotFind('Team', text);
  return team;
}

function toName(text: string): Name {
  return parseName(text) ?? NOTHING_NAMED;
}
