import { addApiKey } from '../../../src/store/credentials';
import type { Database } from '../../../src/store/database';
import { createProject, createTeam, createUser, grantAccess, type TestThing, type TestUser } from '../../support/fixtures'; // prettier-ignore

/** A gallery with people of every sort. */
export interface GalleryLibrary {
  readonly gallery: TestThing;
  /** Manages the gallery through the team `managers`, where nobody else is. */
  readonly ann: TestUser;
  readonly managers: TestThing;
  /** May read the gallery through the own team. */
  readonly bob: TestUser;
  readonly stranger: TestUser;
  /** Bob is in it. Has no access yet. */
  readonly team: TestThing;
  readonly keys: { readonly ann: string; readonly bob: string; readonly stranger: string; readonly admin: string };
}

export async function createGalleryLibrary(db: Database): Promise<GalleryLibrary> {
  const gallery = await createProject(db);
  const [ann, bob, stranger] = [await createUser(db), await createUser(db), await createUser(db)];
  const admin = await createUser(db, { admin: true });
  const [managers, team] = [await createTeam(db, [ann.id]), await createTeam(db, [bob.id])];
  await grantAccess(db, gallery.id, managers.id, { canManage: true });
  await grantAccess(db, gallery.id, bob.ownTeamId);
  const keyOf = ({ id }: TestUser) => addApiKey(db, id);
  const keys = {
    ann: await keyOf(ann),
    bob: await keyOf(bob),
    stranger: await keyOf(stranger),
    admin: await keyOf(admin),
  };
  return { gallery, ann, managers, bob, stranger, team, keys };
}

/** By id of the team, `wma` with a dash for each right that it has not. */
export async function readRights(db: Database, project: TestThing): Promise<Record<string, string>> {
  const rows = await db.selectFrom('team_access').selectAll().where('project_id', '=', project.id).execute();
  return Object.fromEntries(
    rows.map((row) => [
      row.team_id,
      `${row.can_write ? 'w' : '-'}${row.can_manage ? 'm' : '-'}${row.can_approve ? 'a' : '-'}`,
    ]),
  );
}

/** What Strawberry answers to who may not do a thing that is there. */
export const FORBIDDEN = { error: 'Not allowed to perform this action' };
