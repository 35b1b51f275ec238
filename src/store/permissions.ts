import { sql } from 'kysely';
import type { Permission } from '../domain/permission';
import type { Database } from './database';

/** Whether the user has the permission of that name. Administrators have every one, whoever has ended has none. */
export async function hasPermission(db: Database, userId: string, name: Permission): Promise<boolean> {
  const { rows } = await sql<{ has: boolean }>`
    select u.admin or exists (select from permissions p where p.user_id = u.id and p.name = ${name}) as has
    from users u where u.id = ${userId} and u.deleted_at is null`.execute(db);
  return rows[0]?.has ?? false;
}
