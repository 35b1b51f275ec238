import { type RawBuilder, sql } from 'kysely';
import { type Name, parseName, toKey } from '../domain/names';
import type { Database } from './database';

export interface UserRecord {
  readonly id: string;
  readonly uuid: string;
  readonly email: string;
}

export interface TeamRecord {
  readonly id: string;
  readonly name: string;
  /** The user whose own team it is; null for a normal team. */
  readonly ownerId: string | null;
}

export interface ProjectRecord {
  readonly id: string;
  readonly uuid: string;
  readonly key: string;
  readonly name: string;
}

export interface AssetRecord {
  readonly id: string;
  readonly uuid: string;
  readonly title: string;
}

/** Nothing has that name, or it has been deleted. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError';
}

/** One text names several things, such as the id of one project and the name of another. */
export class AmbiguousNameError extends Error {
  override readonly name = 'AmbiguousNameError';
}

/**
 * The live user of an e-mail address (whatever its case), id, uuid or key.
 * @throws NotFoundError
 */
export async function getUser(db: Database, text: string): Promise<UserRecord> {
  const { rows } = await sql<UserRecord>`
    select id, uuid, email from users
    where deleted_at is null and (lower(email) = lower(${text}) or ${idMatches('users', parseName(text))})`.execute(db);
  return only('user', text, rows);
}

/**
 * The team of a name, id, uuid or key. A user's own team is also named by the user: by e-mail address, uuid or key.
 * @throws NotFoundError, AmbiguousNameError
 */
export async function getTeam(db: Database, text: string): Promise<TeamRecord> {
  const name = parseName(text);
  const ownerUuid = name?.by === 'uuid' ? sql`u.uuid = ${name.uuid}` : sql`false`;
  const { rows } = await sql<TeamRecord>`
    select t.id, t.name, t.owner_id as "ownerId"
    from teams t left join users u on u.id = t.owner_id
    where u.deleted_at is null and (
      (t.owner_id is null and t.name = ${text})
      or lower(u.email) = lower(${text}) or ${ownerUuid} or ${idMatches('t', name)})`.execute(db);
  return only('team', text, rows);
}

/**
 * The project of a name, id, uuid or key.
 * @throws NotFoundError, AmbiguousNameError
 */
export async function getProject(db: Database, text: string): Promise<ProjectRecord> {
  const { rows } = await sql<{ id: string; uuid: string; name: string }>`
    select id, uuid, name from projects
    where name = ${text} or ${idMatches('projects', parseName(text))}`.execute(db);
  return toProjectRecord(only('project', text, rows));
}

/**
 * The asset of an id, uuid or key, live or in the trash.
 * @throws NotFoundError
 */
export async function getAsset(db: Database, text: string): Promise<AssetRecord> {
  const { rows } = await sql<AssetRecord>`
    select id, uuid, title from assets where ${idMatches('assets', parseName(text))}`.execute(db);
  return only('asset', text, rows);
}

export function toProjectRecord(row: { id: string; uuid: string; name: string }): ProjectRecord {
  return { id: row.id, uuid: row.uuid, key: toKey(row.uuid), name: row.name };
}

/** The condition that a row of the table (or alias) has this name; never true for a text that is none. */
export function idMatches(table: string, name: Name | null): RawBuilder<unknown> {
  if (name === null) return sql`false`;
  return name.by === 'id'
    ? sql`${sql.ref(`${table}.id`)} = ${name.id}`
    : sql`${sql.ref(`${table}.uuid`)} = ${name.uuid}`;
}

/**
 * The one row that a text names.
 * @throws NotFoundError, AmbiguousNameError
 */
export function only<T extends { readonly id: string }>(kind: string, text: string, rows: readonly T[]): T {
  const [first] = rows;
  if (first === undefined) throw new NotFoundError(`there is no ${kind} ${JSON.stringify(text)}`);
  if (rows.length > 1) {
    const ids = rows.map((row) => row.id).join(' and ');
    throw new AmbiguousNameError(`${JSON.stringify(text)} names more than one ${kind} (ids ${ids}): give the uuid`);
  }
  return first;
}
