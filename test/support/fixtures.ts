import { sql } from 'kysely';
import { toKey } from '../../src/domain/names';
import type { Database } from '../../src/store/database';
import { newUuid } from '../../src/store/ids';

export interface TestUser {
  readonly id: string;
  readonly uuid: string;
  readonly email: string;
  readonly ownTeamId: string;
}

export interface TestThing {
  readonly id: string;
  readonly uuid: string;
  readonly key: string;
}

/** Rights of a team on a project; reading comes with the row itself. */
export interface TestRights {
  readonly canWrite?: boolean;
  readonly canManage?: boolean;
  readonly canApprove?: boolean;
}

/** Where assets are made. Without a parent: at the root of the project. */
export interface TestPlace {
  readonly projectId: string | null;
  readonly ownerId: string;
  readonly parentId?: string;
}

let serial = 0;

/** A user with an own team, as every user has one. */
export async function createUser(db: Database, user: { email?: string; admin?: boolean } = {}): Promise<TestUser> {
  const email = user.email ?? `user-${nextNumber()}@example.test`;
  const made = await db
    .insertInto('users')
    .values({ uuid: newUuid(), email, admin: user.admin ?? false })
    .returning(['id', 'uuid'])
    .executeTakeFirstOrThrow();
  const team = await db
    .insertInto('teams')
    .values({ uuid: newUuid(), name: email, owner_id: made.id })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db.insertInto('team_members').values({ team_id: team.id, user_id: made.id }).execute();
  return { ...made, email, ownTeamId: team.id };
}

/** A team of these users (ids), beside their own teams. */
export async function createTeam(db: Database, memberIds: readonly string[] = []): Promise<TestThing> {
  const team = await db
    .insertInto('teams')
    .values({ uuid: newUuid(), name: `team ${nextNumber()}` })
    .returning(['id', 'uuid'])
    .executeTakeFirstOrThrow();
  for (const userId of memberIds) {
    await db.insertInto('team_members').values({ team_id: team.id, user_id: userId }).execute();
  }
  return withKey(team);
}

/** A project with no assets that no team may see yet. */
export async function createProject(db: Database, name = `project ${nextNumber()}`): Promise<TestThing> {
  const project = await db
    .insertInto('projects')
    .values({ uuid: newUuid(), name })
    .returning(['id', 'uuid'])
    .executeTakeFirstOrThrow();
  await db.insertInto('sync_cursors').values({ project_id: project.id }).execute();
  return withKey(project);
}

/** Gives a team access to a project; without rights: to read. */
export async function grantAccess(
  db: Database,
  projectId: string,
  teamId: string,
  { canWrite = false, canManage = false, canApprove = false }: TestRights = {},
): Promise<void> {
  const rights = { can_write: canWrite, can_manage: canManage, can_approve: canApprove };
  await db
    .insertInto('team_access')
    .values({ project_id: projectId, team_id: teamId, ...rights })
    .onConflict((conflict) => conflict.columns(['project_id', 'team_id']).doUpdateSet(rights))
    .execute();
}

/** A folder, `title` numbered when not given. */
export async function createFolder(db: Database, place: TestPlace, title?: string): Promise<TestThing> {
  const [folder] = await insertAssets(db, place, 1, 'folder', title ?? `folder ${nextNumber()}`);
  if (folder === undefined) throw new Error('no folder was made');
  return folder;
}

/** `count` assets named `<title> 1` … in one statement, answered in the order of their numbers. */
export async function createAssets(
  db: Database,
  place: TestPlace,
  count: number,
  title = 'asset',
): Promise<readonly TestThing[]> {
  return await insertAssets(db, place, count, 'image', title);
}

async function insertAssets(
  db: Database,
  place: TestPlace,
  count: number,
  mediaType: string,
  title: string,
): Promise<readonly TestThing[]> {
  const uuids = Array.from({ length: count }, newUuid);
  const { rows } = await sql<{ id: string; uuid: string }>`
    insert into assets (uuid, project_id, parent_id, media_type, title, owner_id)
    select g.uuid, ${place.projectId}::bigint, ${place.parentId ?? null}::bigint, ${mediaType}::text,
      case when ${mediaType} = 'folder' then ${title}::text else ${title}::text || ' ' || g.no end, ${place.ownerId}::bigint
    from unnest(${uuids}::uuid[]) with ordinality as g (uuid, no)
    order by g.no
    returning id, uuid`.execute(db);
  return rows.map(withKey);
}

function withKey(thing: { id: string; uuid: string }): TestThing {
  return { ...thing, key: toKey(thing.uuid) };
}

function nextNumber(): string {
  serial += 1;
  return String(serial);
}
