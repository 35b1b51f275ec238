import { chownSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { clusterDirectory } from './data-directory';
import { EmbeddedStartError, messageOf } from './errors';
import { runCommand } from './process';
import type { CommandResult, Launch } from './process';

/** As whom the Postgres server runs: `ownerUid`/`ownerGid` own its files, `launch` wraps a command line. */
export interface PostgresUser {
  readonly how: string;
  readonly ownerUid: number;
  readonly ownerGid: number;
  launch(command: string, args: readonly string[]): Launch;
}

/** What {@link choosePostgresUser} looks at; `uid` is ours, `passwdFile` lists the accounts of this machine. */
export interface PostgresUserOptions {
  readonly postgres: string;
  readonly dataDir: string;
  readonly uid?: number;
  readonly passwdFile?: string;
  readonly run?: (launch: Launch, timeoutMs: number) => Promise<CommandResult>;
}

interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const PROBE_TIMEOUT_MS = 10_000;
const ACCOUNT_NAMES = ['postgres', 'nobody'];

/**
 * Decides as whom Postgres runs, because it refuses to run as root. Not root: as ourselves. Root: as the owner of
 * the data there is, or as the account `postgres` (else `nobody`), when that account can reach both the programs and the data; else, for a checkout below a
 * closed directory such as /root, inside a user namespace, where the server's user id is not 0 while its access to
 * files is still root's. Throws {@link EmbeddedStartError} with the reason of each way that failed.
 */
export async function choosePostgresUser(options: PostgresUserOptions): Promise<PostgresUser> {
  const { postgres, dataDir, uid = process.getuid?.() ?? -1, passwdFile = '/etc/passwd', run = runCommand } = options;
  if (uid !== 0) return asSelf(uid);
  const account = findOwner(dataDir) ?? findAccount(passwdFile);
  const reasons: string[] = [];

  const reach = await run(asAccount(account).launch('/bin/sh', reachArguments(dataDir, postgres)), PROBE_TIMEOUT_MS);
  const fault = reach.code === 0 ? findGivingFault(dataDir, account) : reach.output;
  if (fault === null) return asAccount(account);
  reasons.push(`as the account ${account.name}: ${fault || 'it cannot reach the programs or the data'}`);

  const mapped = await run(inNamespace(account).launch('id', ['-u']), PROBE_TIMEOUT_MS);
  if (mapped.code === 0 && mapped.output === String(account.uid)) return inNamespace(account);
  reasons.push(`in a user namespace (unshare): ${mapped.output || 'it ended without a word'}`);

  throw new EmbeddedStartError(
    'Postgres does not run as root, and no other way is open:\n' +
      reasons.map((reason) => `  - ${reason}\n`).join('') +
      `Start as another user, or move the checkout and DATA_DIR (${dataDir}) to where the account ${account.name} ` +
      'may go, or set DATABASE_URL to a Postgres server of your own.',
  );
}

function asSelf(uid: number): PostgresUser {
  return {
    how: 'as ourselves',
    ownerUid: uid,
    ownerGid: process.getgid?.() ?? -1,
    launch: (command, args) => ({ command, args }),
  };
}

function asAccount({ name, uid, gid }: Account): PostgresUser {
  return {
    how: `as the account ${name}`,
    ownerUid: uid,
    ownerGid: gid,
    launch: (command, args) => ({ command, args, uid, gid }),
  };
}

function inNamespace({ uid, gid }: Account): PostgresUser {
  // unshare becomes the command instead of forking it (no --fork), so that the pid we see is the server's own.
  const map = ['--user', `--map-user=${String(uid)}`, `--map-group=${String(gid)}`, '--'];
  return {
    how: 'in a user namespace',
    ownerUid: 0,
    ownerGid: 0,
    launch: (command, args) => ({ command: 'unshare', args: [...map, command, ...args] }),
  };
}

function reachArguments(dataDir: string, postgres: string): readonly string[] {
  return ['-c', 'cd -- "$1" && exec "$2" --version', 'sh', dataDir, postgres];
}

/** Why files of dataDir cannot be given to the account (network file systems, dropped capabilities); null when they can. */
function findGivingFault(dataDir: string, { uid, gid }: Account): string | null {
  const probe = mkdtempSync(join(dataDir, 'probe-'));
  try {
    chownSync(probe, uid, gid);
    return null;
  } catch (error) {
    return messageOf(error);
  } finally {
    rmSync(probe, { recursive: true });
  }
}

/** The user that existing data belongs to, so that one start with sudo does not take it away from them. */
function findOwner(dataDir: string): Account | null {
  const { uid = 0, gid = 0 } = statSync(clusterDirectory(dataDir), { throwIfNoEntry: false }) ?? {};
  return uid === 0 ? null : { name: `of user id ${String(uid)}`, uid, gid };
}

function findAccount(passwdFile: string): Account {
  const lines = readFileSync(passwdFile, 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const wanted of ACCOUNT_NAMES) {
    const [name, , uid, gid] = lines.find(([entry]) => entry === wanted) ?? [];
    if (name !== undefined && Number(uid) > 0) return { name, uid: Number(uid), gid: Number(gid) };
  }
  return { name: 'nobody', uid: 65534, gid: 65534 };
}
