import { sql } from 'kysely';
import { parseName } from '../domain/names';
import type { Database } from './database';

/** The live user on whose behalf a workflow was started: an id, uuid, key or e-mail address; null when there is none. */
export async function findRequester(db: Database, text: string): Promise<{ readonly id: string } | null> {
  const name = parseName(text);
  const named =
    name === null
      ? sql`lower(email) = lower(${text})`
      : name.by === 'id'
        ? sql`id = ${name.id}`
        : sql`uuid = ${name.uuid}`;
  const { rows } = await sql<{ id: string }>`select id from users where ${named} and deleted_at is null`.execute(db);
  return rows[0] ?? null;
}
