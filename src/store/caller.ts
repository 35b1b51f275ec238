import { type RawBuilder, sql } from 'kysely';
import type { Principal } from '../domain/credentials';

/**
 * For whom a statement reads: a user whose credentials have been checked, or whoever an API key (its hash) belongs to.
 * The statement then checks the key itself, which saves a way to the store and back.
 */
export type Caller = { readonly id: string } | { readonly apiKeyHash: Buffer };

/** What such a statement answers: who the caller is, and what was looked for, null when it is not there for the caller. */
export interface SeenByCaller<Thing> {
  readonly caller: Principal;
  readonly thing: Thing | null;
}

/** That the user `u` is the caller, live, by a key that is not revoked. */
export function isCaller(caller: Caller): RawBuilder<unknown> {
  const id =
    'id' in caller
      ? sql`${caller.id}`
      : sql`(select k.user_id from api_keys k where k.hash = ${caller.apiKeyHash} and k.revoked_at is null)`;
  return sql`u.id = ${id} and u.deleted_at is null`;
}

/** The user `u`, for {@link toPrincipal}. */
export const CALLER = sql`u.id as caller_id, u.uuid as caller_uuid, u.email as caller_email, u.admin as caller_admin`;

export interface CallerRow {
  caller_id: string;
  caller_uuid: string;
  caller_email: string;
  caller_admin: boolean;
}

export function toPrincipal(row: CallerRow): Principal {
  return { id: row.caller_id, uuid: row.caller_uuid, email: row.caller_email, admin: row.caller_admin };
}
