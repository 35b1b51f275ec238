import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type as osType } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import type { Home } from './home';

/** On what something was measured, for the reader of the results. */
export interface Machine {
  readonly cores: number;
  readonly processor: string | null;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
  /** Of the servers; null where the bench needed none. */
  readonly postgres: string | null;
  readonly temporal: string | null;
  readonly packages: Readonly<Record<string, string>>;
  /** Of this repository; `+` behind it stands for changes that are not committed. */
  readonly commit: string | null;
}

const ROOT = join(__dirname, '..');
/** Those that do the work that is measured. */
const PACKAGES = ['@temporalio/worker', 'fastify', 'pg', 'kysely', 'undici', 'sharp'];

const run = promisify(execFile);

export async function describeMachine(home: Pick<Home, 'store' | 'temporalAddress'> | null): Promise<Machine> {
  return {
    cores: cpus().length,
    processor: cpus()[0]?.model ?? null,
    memoryBytes: totalmem(),
    system: `${osType()} ${release()}`,
    node: process.version.slice(1),
    postgres: home === null ? null : await postgresVersion(home),
    temporal: home === null ? null : await temporalVersion(home),
    packages: Object.fromEntries(PACKAGES.map((name) => [name, packageVersion(name)])),
    commit: await commit().catch(() => null),
  };
}

async function postgresVersion({ store }: Pick<Home, 'store'>): Promise<string | null> {
  const { rows } = await store.pool.query<{ server_version: string }>('show server_version');
  return rows[0]?.server_version.split(' ')[0] ?? null;
}

async function temporalVersion({ temporalAddress }: Pick<Home, 'temporalAddress'>): Promise<string | null> {
  const connection = await Connection.connect({ address: temporalAddress });
  try {
    return (await connection.workflowService.getSystemInfo({})).serverVersion;
  } finally {
    await connection.close();
  }
}

function packageVersion(name: string): string {
  const text = readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

async function commit(): Promise<string> {
  const [head, changes] = await Promise.all([
    run('git', ['rev-parse', '--short=10', 'HEAD'], { cwd: ROOT }),
    run('git', ['status', '--porcelain', '--untracked-files=no'], { cwd: ROOT }),
  ]);
  return head.stdout.trim() + (changes.stdout === '' ? '' : '+');
}
