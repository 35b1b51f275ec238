import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { BackupError } from './backup-error';
import type { Collection, Leaving } from './collection';

export interface ClusterCopy {
  readonly major: number;
  readonly startLsn: string;
  readonly stopLsn: string;
}

/** Made anew by the server at each start; their contents are of no use, or harm, in a copy (as `pg_basebackup` has it). */
const EMPTIED: ReadonlySet<string> = new Set(['pg_dynshmem', 'pg_notify', 'pg_replslot', 'pg_serial', 'pg_snapshots', 'pg_stat_tmp', 'pg_subtrans', 'pg_wal/archive_status', 'pg_wal/summaries']); // prettier-ignore
const LEFT_OUT = /(^|\/)(postmaster\.(pid|opts)|pgsql_tmp[^/]*|pg_internal\.init(\.\d+)?|backup_label(\.old)?|tablespace_map(\.old)?)$/; // prettier-ignore
const CONTROL = 'global/pg_control';
const SEGMENT = /^[0-9A-F]{24}$/;
const TIMELINE = 8;
const READS = 20;

/**
 * Copies the files of a Postgres server that may be busy, with the log that makes one state of them: that of the instant
 * at which the copy ends. It is the server's own way to do so (`pg_backup_start`, `pg_backup_stop`), and the session that
 * asks for it holds the log back by a slot that goes with it, so that nothing is left when we are killed.
 */
export async function copyCluster(
  databaseUrl: string,
  directory: string,
  collection: Collection,
): Promise<ClusterCopy> {
  const session = new Client({ connectionString: databaseUrl, application_name: 'longhaul-backup' });
  await session.connect();
  // The fault is told by the next statement.
  session.on('error', () => undefined);
  try {
    const server = await ask<{ major: number; tablespaces: string }>(
      session,
      `select current_setting('server_version_num')::int / 10000 as major,
        (select count(*) from pg_tablespace where spcname not in ('pg_default', 'pg_global')) as tablespaces`,
    );
    if (server.tablespaces !== '0') throw new BackupError('tablespaces', 'the database has tablespaces of its own, which lie elsewhere'); // prettier-ignore
    await ask(
      session,
      `select pg_create_physical_replication_slot('longhaul_backup_' || pg_backend_pid(), true, true)`,
    );
    const start = await ask<Mark>(session, `select lsn::text, pg_walfile_name(lsn) as segment from pg_backup_start('longhaul', true) lsn`); // prettier-ignore
    await collection.addTree(directory, 'postgres', { leavesOut });
    await collection.addText(`postgres/${CONTROL}`, await readSteadily(join(directory, CONTROL)));
    const stop = await ask<Mark & { label: string }>(
      session,
      `select lsn::text, labelfile as label, pg_walfile_name(lsn) as segment from pg_backup_stop(false)`,
    );
    await collection.addText('postgres/backup_label', stop.label);
    await addLog(collection, join(directory, 'pg_wal'), start.segment, stop.segment);
    return { major: server.major, startLsn: start.lsn, stopLsn: stop.lsn };
  } finally {
    await session.end().catch(() => undefined);
  }
}

interface Mark {
  readonly lsn: string;
  readonly segment: string;
}

function leavesOut(inner: string): Leaving {
  if (EMPTIED.has(inner)) return 'contents';
  if (LEFT_OUT.test(inner) || inner === CONTROL) return 'all';
  return /^pg_wal\/./.test(inner) && !inner.endsWith('.history') ? 'all' : 'nothing';
}

/** The log between the marks, without which the copied files are of many instants. */
async function addLog(collection: Collection, directory: string, first: string, last: string): Promise<void> {
  const names = (await readdir(directory)).filter((name) => SEGMENT.test(name)).sort();
  const wanted = names.filter((name) => name >= first && name <= last);
  if (wanted[0] !== first || wanted.at(-1) !== last || first.slice(0, TIMELINE) !== last.slice(0, TIMELINE)) {
    throw new BackupError('log_incomplete', `the log of Postgres from ${first} to ${last} is not all there`);
  }
  for (const name of wanted) {
    const isThere = await collection.addFile(join(directory, name), `postgres/pg_wal/${name}`);
    if (!isThere) throw new BackupError('log_incomplete', `${name} of the log of Postgres is gone`);
  }
}

/** The server writes this one in place; two reads that agree are of no half-written one. */
async function readSteadily(path: string): Promise<Buffer> {
  let last = await readFile(path);
  for (let reads = 1; reads < READS; reads += 1) {
    const next = await readFile(path);
    if (next.equals(last)) return next;
    last = next;
  }
  throw new BackupError('unsteady', `${path} changes all the time`);
}

async function ask<T>(session: Client, text: string): Promise<T> {
  const { rows } = await session.query<T & Record<string, unknown>>(text);
  const [row] = rows;
  if (row === undefined) throw new BackupError('no_answer', 'Postgres answered without a row');
  return row;
}
