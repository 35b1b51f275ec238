import { sql } from 'kysely';
import type { DagDefinition } from '../domain/dag-action';
import { parseName } from '../domain/names';
import type { Database } from './database';
import { newUuid } from './ids';

/** An action at one of its versions. */
export interface DagActionRecord {
  readonly id: string;
  readonly uuid: string;
  readonly name: string;
  readonly version: number;
  readonly description: string;
  readonly category: string;
  readonly definition: DagDefinition;
  /** When this version was applied. */
  readonly createdAt: Date;
}

export interface AppliedAction {
  readonly id: string;
  readonly uuid: string;
  readonly name: string;
  readonly version: number;
  /** False: the newest version says the same already, so that none was made. */
  readonly changed: boolean;
}

/**
 * Makes the action, or a new version of it; one that says the same as the newest one changes nothing. `userId` null: the
 * administrator's tool. Two at once make two versions, one after the other.
 */
export async function applyDagAction(
  db: Database,
  definition: DagDefinition,
  source: string,
  userId: string | null,
  now: Date,
): Promise<AppliedAction> {
  const { name, description, category } = definition;
  const stored = JSON.stringify(definition);
  return db.transaction().execute(async (tx) => {
    await sql`insert into dag_actions (uuid, name, version, created_at, updated_at)
      values (${newUuid()}, ${name}, 1, ${now}, ${now}) on conflict (name) do nothing`.execute(tx);
    const { rows } = await sql<{ id: string; uuid: string; version: number }>`
      select id, uuid, version from dag_actions where name = ${name} for update`.execute(tx);
    const [found] = rows;
    if (found === undefined) throw new Error(`action ${name} is neither there nor made`);
    const { id, uuid } = found;
    // By a statement of its own: one that waits for a lock sees the locked row as it is then, but no new rows beside it.
    const { rows: versions } = await sql<{ same: boolean }>`
      select definition = ${stored}::jsonb and source = ${source} as same from dag_action_versions
      where action_id = ${id} and version = ${found.version}`.execute(tx);
    const [newest] = versions;
    if (newest?.same === true) return { id, uuid, name, version: found.version, changed: false };
    const version = newest === undefined ? 1 : found.version + 1;
    await sql`insert into dag_action_versions (action_id, version, description, category, definition, source, created_by,
        created_at)
      values (${id}, ${version}, ${description}, ${category}, ${stored}::jsonb, ${source}, ${userId}, ${now})`.execute(
      tx,
    );
    await sql`update dag_actions set version = ${version}, updated_at = ${now} where id = ${id}`.execute(tx);
    return { id, uuid, name, version, changed: true };
  });
}

const COLUMNS = sql`a.id, a.uuid, a.name, v.version, v.description, v.category, v.definition, v.created_at as "createdAt"`;

/** The action of that name, id, uuid or key, at its newest version; null when there is none. */
export async function findDagAction(db: Database, text: string): Promise<DagActionRecord | null> {
  const name = parseName(text);
  const byUuid = name?.by === 'uuid' ? sql`a.uuid = ${name.uuid}` : sql`false`;
  const byId = name?.by === 'id' ? sql`a.id = ${name.id}` : byUuid;
  const { rows } = await sql<DagActionRecord>`
    select ${COLUMNS} from dag_actions a join dag_action_versions v on v.action_id = a.id and v.version = a.version
    where a.name = ${text} or ${byId} order by a.name = ${text} desc limit 1`.execute(db);
  return rows[0] ?? null;
}

/** One version of an action; null when there is none. */
export async function readDagActionVersion(
  db: Database,
  actionId: string,
  version: number,
): Promise<DagActionRecord | null> {
  const { rows } = await sql<DagActionRecord>`
    select ${COLUMNS} from dag_actions a join dag_action_versions v on v.action_id = a.id
    where a.id = ${actionId} and v.version = ${version}`.execute(db);
  return rows[0] ?? null;
}

/** Every action at its newest version, by category and name. */
export async function listDagActions(db: Database): Promise<readonly DagActionRecord[]> {
  const { rows } = await sql<DagActionRecord>`
    select ${COLUMNS} from dag_actions a join dag_action_versions v on v.action_id = a.id and v.version = a.version
    order by v.category, a.name`.execute(db);
  return rows;
}

/** The text by which a version was applied, and the newest version of the action; null when there is no such version. */
export async function readDagActionSource(
  db: Database,
  actionId: string,
  version: number,
): Promise<{ readonly source: string; readonly newest: number } | null> {
  const { rows } = await sql<{ source: string; newest: number }>`
    select v.source, a.version as newest from dag_action_versions v join dag_actions a on a.id = v.action_id
    where v.action_id = ${actionId} and v.version = ${version}`.execute(db);
  return rows[0] ?? null;
}
