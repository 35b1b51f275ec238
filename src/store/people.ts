import { sql } from 'kysely';
import { lockRightsOfTeams, lockTeams } from './approvers';
import { addApiKey } from './credentials';
import type { Database } from './database';
import { newUuid } from './ids';
import type { UserRecord } from './lookup';
import { settleReviewRights } from './review-rights';
import { withRetries } from './tree-transaction';

export interface NewUser {
  readonly email: string;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  readonly admin: boolean;
}

/** Free for a new installation: no mail ever goes to example.com. */
export const FIRST_ADMINISTRATOR = 'admin@example.com';

const ATTEMPTS = 5;

/**
 * Makes a user with an own team. Where a live user of that address exists, that one is answered with `created` false:
 * `admin` makes it an administrator (and never takes that away), its names stay.
 */
export async function createUser(db: Database, user: NewUser): Promise<UserRecord & { readonly created: boolean }> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const made = await db.transaction().execute((tx) => insertUser(tx, user));
    if (made !== null) return { ...made, created: true };
    const existing = await adopt(db, user);
    if (existing !== undefined) return { ...existing, created: false };
    // The one in the way was deleted between the two statements: its address is free again.
  }
  throw new Error(`user ${user.email} was neither made nor found in ${String(ATTEMPTS)} attempts`);
}

/** Null when a live user has the address. */
async function insertUser(tx: Database, user: NewUser): Promise<UserRecord | null> {
  const made = await tx
    .insertInto('users')
    .values({
      uuid: newUuid(),
      email: user.email,
      first_name: user.firstName ?? null,
      last_name: user.lastName ?? null,
      admin: user.admin,
    })
    .onConflict((conflict) =>
      conflict
        .expression(sql`lower(email)`)
        .where('deleted_at', 'is', null)
        .doNothing(),
    )
    .returning(['id', 'uuid', 'email'])
    .executeTakeFirst();
  if (made === undefined) return null;
  const team = await tx
    .insertInto('teams')
    .values({ uuid: newUuid(), name: made.email, owner_id: made.id })
    .returning('id')
    .executeTakeFirstOrThrow();
  await tx.insertInto('team_members').values({ team_id: team.id, user_id: made.id }).execute();
  return made;
}

function adopt(db: Database, { email, admin }: NewUser): Promise<UserRecord | undefined> {
  return db
    .updateTable('users')
    .set({ admin: sql<boolean>`admin or ${admin}` })
    .where(sql<string>`lower(email)`, '=', sql<string>`lower(${email})`)
    .where('deleted_at', 'is', null)
    .returning(['id', 'uuid', 'email'])
    .executeTakeFirst();
}

/**
 * Ends a user: the user's API keys and tokens stop at once, the address is free again, what was done stays told. Answers
 * that the user still owes, or gave, to open reviews do not count any more.
 */
export async function deleteUser(db: Database, userId: string, now: Date): Promise<void> {
  await withRetries(db, async (tx) => {
    await sql`
      with gone as (
        update users set deleted_at = ${now} where id = ${userId} and deleted_at is null returning id
      )
      update api_keys k set revoked_at = ${now} from gone where k.user_id = gone.id and k.revoked_at is null`.execute(
      tx,
    );
    const teams = await tx.selectFrom('team_members').select('team_id').where('user_id', '=', userId).execute();
    const teamIds = teams.map(({ team_id: id }) => id);
    await lockTeams(tx, teamIds);
    await settleReviewRights(tx, await lockRightsOfTeams(tx, teamIds), null, now);
  });
}

/** Gives a user these permissions beside the ones the user has; answers all of them, sorted. */
export async function grantPermissions(db: Database, userId: string, names: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    with added as (
      insert into permissions (user_id, name) select ${userId}, unnest(${names}::text[])
      on conflict do nothing
    )
    select name from permissions where user_id = ${userId} union select unnest(${names}::text[])
    order by name`.execute(db);
  return rows.map((row) => row.name);
}

/** The administrator who has been one for longest, or null. */
export async function findAdministrator(db: Database): Promise<UserRecord | null> {
  const found = await db
    .selectFrom('users')
    .select(['id', 'uuid', 'email'])
    .where('admin', '=', true)
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return found ?? null;
}

/**
 * Makes the administrator of a new installation, with an API key that cannot be read again. Null when any user exists
 * or ever existed. Of several callers at once, one makes it.
 */
export async function ensureFirstAdministrator(
  db: Database,
): Promise<{ readonly email: string; readonly apiKey: string } | null> {
  return db.transaction().execute(async (tx) => {
    if ((await tx.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined) return null;
    // Of several that saw no user, the unique address lets one through; the others wait for it and get nothing.
    const user = await insertUser(tx, { email: FIRST_ADMINISTRATOR, admin: true });
    return user === null ? null : { email: user.email, apiKey: await addApiKey(tx, user.id) };
  });
}
