import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  lchownSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { clusterDirectory } from './data-directory';
import { EmbeddedStartError } from './errors';
import type { PostgresBinaries } from './postgres-binaries';
import type { PostgresUser } from './postgres-user';
import { runCommand, stopProcess } from './process';
import { commandLine, hasOption, identify, listPids } from './process-identity';

/** The database role and the database of the embedded server. */
export const DATABASE_NAME = 'longhaul';

/** Of the server that comes with this version; data of another one cannot be opened. */
export const MAJOR_VERSION = '18';
const INIT_TIMEOUT_MS = 120_000;
const INITDB_END_MS = 2_000;
const UNFINISHED_PREFIX = 'postgres.unfinished-';

/** The password of role `longhaul`, made on first use and kept in a file that only we may read. */
export function readOrMakePassword(dataDir: string): string {
  const path = join(dataDir, 'postgres.password');
  if (existsSync(path)) return readFileSync(path, 'utf8').trim();
  if (existsSync(join(clusterDirectory(dataDir), 'PG_VERSION'))) {
    throw new EmbeddedStartError(
      `${path} is gone, and the Postgres data in ${clusterDirectory(dataDir)} cannot be opened without it. ` +
        'Put the file back, or move the data away to start with an empty database.',
    );
  }
  const password = randomBytes(24).toString('hex');
  replaceFile(path, password);
  return password;
}

/**
 * Makes the files of the server when there are none, and gives existing ones to the user it runs as. A kill -9 at any
 * moment leaves either no server files or complete ones: they are made aside and renamed.
 */
export async function prepareCluster(
  dataDir: string,
  binaries: PostgresBinaries,
  user: PostgresUser,
  durable: boolean,
): Promise<void> {
  await removeUnfinished(dataDir);
  const directory = clusterDirectory(dataDir);
  const password = readOrMakePassword(dataDir);
  if (!existsSync(join(directory, 'PG_VERSION'))) await initialise(dataDir, password, binaries, user, durable);
  const version = readFileSync(join(directory, 'PG_VERSION'), 'utf8').trim();
  if (version !== MAJOR_VERSION) {
    throw new EmbeddedStartError(
      `${directory} holds data of Postgres ${version}, this server is Postgres ${MAJOR_VERSION}. Dump it with ` +
        `Postgres ${version} and load it again, or set DATA_DIR to another directory to start with an empty database.`,
    );
  }
  takeOwnership(directory, user);
}

async function initialise(
  dataDir: string,
  password: string,
  binaries: PostgresBinaries,
  user: PostgresUser,
  durable: boolean,
): Promise<void> {
  const directory = clusterDirectory(dataDir);
  if (existsSync(directory) && readdirSync(directory).length > 0) {
    throw new EmbeddedStartError(
      `${directory} is not empty and holds no Postgres data. Move it away, or set DATA_DIR to another directory.`,
    );
  }
  const unfinished = join(dataDir, `${UNFINISHED_PREFIX}${randomBytes(6).toString('hex')}`);
  const passwordFile = `${unfinished}.password`;
  mkdirSync(unfinished, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user.ownerUid !== process.getuid?.()) {
    chownSync(unfinished, user.ownerUid, user.ownerGid);
    chownSync(passwordFile, user.ownerUid, user.ownerGid);
  }
  // The built-in locale sorts and folds case alike on every machine, with no dependence on installed locales.
  const args = [
    ...['-D', unfinished, '-U', DATABASE_NAME, '--auth=scram-sha-256', `--pwfile=${passwordFile}`],
    ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ...(durable ? [] : ['--no-sync']),
  ];
  const { code, output } = await runCommand(user.launch(binaries.initdb, args), INIT_TIMEOUT_MS);
  rmSync(passwordFile, { force: true });
  if (code !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new EmbeddedStartError(`initdb (${user.how}) could not make the Postgres data in ${directory}:\n${output}`);
  }
  rmSync(directory, { recursive: true, force: true });
  renameSync(unfinished, directory);
  syncDirectory(dataDir);
}

/** An initdb outlives its killed root by a second or two, and would write into what we remove. */
async function removeUnfinished(dataDir: string): Promise<void> {
  for (const name of readdirSync(dataDir)) {
    if (!name.startsWith(UNFINISHED_PREFIX)) continue;
    const path = join(dataDir, name);
    for (const pid of listPids().filter((each) => hasOption(commandLine(each), '-D', path))) {
      const identity = identify(pid);
      if (identity !== null) await stopProcess(identity, [{ signal: 'SIGKILL', waitMs: INITDB_END_MS }]);
    }
    rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}

/** The top directory changes hands last: while it belongs to somebody else, the tree below may be half done. */
function takeOwnership(directory: string, user: PostgresUser): void {
  const { uid } = statSync(directory);
  if (user.ownerUid === -1 || uid === user.ownerUid) return;
  if (process.getuid?.() !== 0) {
    throw new EmbeddedStartError(
      `${directory} belongs to user id ${String(uid)}, we are ${String(user.ownerUid)}: it was made by another user, ` +
        `perhaps root. Run \`sudo chown -R ${String(user.ownerUid)} …\` on DATA_DIR, or set DATA_DIR to another directory.`,
    );
  }
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    lchownSync(join(directory, name), user.ownerUid, user.ownerGid);
  }
  chownSync(directory, user.ownerUid, user.ownerGid);
}

function replaceFile(path: string, text: string): void {
  const unfinished = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(unfinished, text, { mode: 0o600, flush: true });
  renameSync(unfinished, path);
}

function syncDirectory(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
