import { createHash, randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { API_KEY_BYTES, createApiKey, type Principal } from '../domain/credentials';
import type { Database } from './database';

/** What the store keeps of an API key. A key is 168 random bits, so no slow hash is needed. */
export function hashApiKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** Makes a key for the user and answers it: the only moment at which it can be read. */
export async function addApiKey(db: Database, userId: string): Promise<string> {
  const { key, last4 } = createApiKey(randomBytes(API_KEY_BYTES));
  await db
    .insertInto('api_keys')
    .values({ user_id: userId, hash: hashApiKey(key), last4 })
    .execute();
  return key;
}

/** The live user to whom a key that is not revoked belongs, or null. */
export function findUserByApiKey(pool: Pool, key: string): Promise<Principal | null> {
  return findUser(pool, {
    name: 'find_user_by_api_key',
    text: `select u.id, u.uuid, u.email, u.admin from api_keys k join users u on u.id = k.user_id
      where k.hash = $1 and k.revoked_at is null and u.deleted_at is null`,
    values: [hashApiKey(key)],
  });
}

/** The row of a key that is not revoked and whose user is live, or null. */
export async function findApiKey(pool: Pool, key: string): Promise<{ readonly id: string } | null> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'find_api_key',
    text: `select k.id from api_keys k join users u on u.id = k.user_id
      where k.hash = $1 and k.revoked_at is null and u.deleted_at is null`,
    values: [hashApiKey(key)],
  });
  return rows[0] ?? null;
}

/** The live user to whom the key of that id belongs, unless it is revoked; else null. */
export function findUserByApiKeyId(pool: Pool, keyId: string): Promise<Principal | null> {
  return findUser(pool, {
    name: 'find_user_by_api_key_id',
    text: `select u.id, u.uuid, u.email, u.admin from api_keys k join users u on u.id = k.user_id
      where k.id = $1 and k.revoked_at is null and u.deleted_at is null`,
    values: [keyId],
  });
}

/** The live user of a UUID, or null. */
export function findUserByUuid(pool: Pool, uuid: string): Promise<Principal | null> {
  return findUser(pool, {
    name: 'find_user_by_uuid',
    text: 'select id, uuid, email, admin from users where uuid = $1 and deleted_at is null',
    values: [uuid],
  });
}

/** The live user of an e-mail address, whatever its case, or null. */
export function findUserByEmail(pool: Pool, email: string): Promise<Principal | null> {
  return findUser(pool, {
    name: 'find_user_by_email',
    text: 'select id, uuid, email, admin from users where lower(email) = lower($1) and deleted_at is null',
    values: [email],
  });
}

/**
 * The live user of a UUID; where no user ever had that UUID, the live user of the e-mail address. A deleted user's UUID
 * never falls through to the address, which may be somebody else's by now.
 */
export function findUserByUuidOrEmail(pool: Pool, uuid: string, email: string): Promise<Principal | null> {
  return findUser(pool, {
    name: 'find_user_by_uuid_or_email',
    text: `select id, uuid, email, admin from users where deleted_at is null
      and (uuid = $1 or (lower(email) = lower($2) and not exists (select from users where uuid = $1)))`,
    values: [uuid, email],
  });
}

interface PreparedQuery {
  readonly name: string;
  readonly text: string;
  readonly values: (string | Buffer)[];
}

async function findUser(pool: Pool, query: PreparedQuery): Promise<Principal | null> {
  const { rows } = await pool.query<Principal>(query);
  return rows[0] ?? null;
}
