import { chownSync, closeSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openLogFile, readLogTail } from '../../../src/embedded/log-file';
import { preparePostgresBinaries } from '../../../src/embedded/postgres-binaries';
import { clearRemains, findPostmaster } from '../../../src/embedded/postgres-postmaster';
import { waitForPostgres } from '../../../src/embedded/postgres-readiness';
import { choosePostgresUser } from '../../../src/embedded/postgres-user';
import { runCommand, spawnServer } from '../../../src/embedded/process';
import { isAlive, type ProcessIdentity } from '../../../src/embedded/process-identity';

/** The service `postgres` of docker-compose.yml: its settings, its superuser, a port that stays. */
export interface Postgres {
  readonly port: number;
  urlOf(role: string, password: string, database: string): string;
  /** Starts it, also after a kill -9, and waits until it answers. */
  start(): Promise<ProcessIdentity>;
  find(): readonly ProcessIdentity[];
}

export interface PostgresPlace {
  readonly directory: string;
  readonly port: number;
  /** Of the superuser `postgres`. */
  readonly password: string;
  /** The command of the service, `postgres` first. */
  readonly command: readonly string[];
}

const INITDB_MS = 120_000;

/** Makes the data of a new server; nothing runs yet. */
export async function createPostgres({ directory, port, password, command }: PostgresPlace): Promise<Postgres> {
  const binaries = preparePostgresBinaries();
  const user = await choosePostgresUser({ postgres: binaries.postgres, dataDir: directory });
  const data = join(directory, 'pgdata');
  const passwordFile = join(directory, 'postgres.password');
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  for (const path of [data, passwordFile]) {
    if (user.ownerUid !== process.getuid?.()) chownSync(path, user.ownerUid, user.ownerGid);
  }
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const args = ['-D', data, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, ...locale];
  const { code, output } = await runCommand(user.launch(binaries.initdb, args), INITDB_MS);
  rmSync(passwordFile);
  if (code !== 0) throw new Error(`initdb: ${output}`);

  const placed = { port: String(port), listen_addresses: '127.0.0.1', unix_socket_directories: '' };
  const settings = Object.entries(placed).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const urlOf = (role: string, secret: string, database: string) =>
    `postgres://${role}:${secret}@127.0.0.1:${String(port)}/${database}?sslmode=disable`;
  return {
    port,
    urlOf,
    find() {
      const postmaster = findPostmaster(data);
      return postmaster === null ? [] : [postmaster.identity];
    },
    async start() {
      // Of a container that is killed nothing is left either.
      await clearRemains(data);
      const log = openLogFile(join(directory, 'log', 'postgres.log'));
      try {
        const launch = user.launch(binaries.postgres, ['-D', data, ...command.slice(1), ...settings]);
        const identity = await spawnServer(launch, log);
        const url = urlOf('postgres', password, 'postgres');
        if (await waitForPostgres(url, data, () => isAlive(identity))) return identity;
        throw new Error(`Postgres did not start:\n${readLogTail(log)}`);
      } finally {
        closeSync(log.fd);
      }
    },
  };
}
