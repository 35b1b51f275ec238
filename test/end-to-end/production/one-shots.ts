import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { ROOT } from '../../deploy/compose-file';
import { REPOSITORY } from '../support/root-process';

type Environment = Readonly<Record<string, string>>;

/**
 * Runs what a one-shot service of docker-compose.yml runs, to its end.
 * @throws Error with its words when it fails
 */
export async function runOneShot(command: readonly string[], environment: Environment): Promise<void> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { cwd: REPOSITORY, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${String(code)}:\n${stdout}\n${stderr}`);
}

/** Runs deploy/postgres/01-roles.sh, which the image of Postgres runs on an empty data directory. */
export async function makeRoles(directory: string, port: number, environment: Environment): Promise<void> {
  const tools = join(directory, 'psql');
  const psql = join(tools, 'psql');
  mkdirSync(tools, { recursive: true });
  writeFileSync(psql, `#!/bin/sh\nexec "${process.execPath}" "${join(__dirname, 'psql.mjs')}" "$@"\n`);
  chmodSync(psql, 0o755);
  await runOneShot(['sh', join(ROOT, 'deploy', 'postgres', '01-roles.sh')], {
    ...environment,
    PATH: `${tools}:${process.env['PATH'] ?? ''}`,
    POSTGRES_USER: 'postgres',
    PGHOST: '127.0.0.1',
    PGPORT: String(port),
    PGPASSWORD: environment['POSTGRES_PASSWORD'] ?? '',
    PGSSLMODE: 'disable',
  });
}
