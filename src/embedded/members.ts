import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { identify, isAlive } from './process-identity';

/** A server that a member uses. */
export type Need = 'postgres' | 'temporal';

const MEMBER_FORM = /^(\d+)-([a-z0-9]+)-[0-9a-f]+$/;

/**
 * Enters this process as a user of the servers and answers the path of its member file. Call it, like all of this file,
 * while holding the lock: readers then never see a half-written file.
 */
export function enterMember(directory: string, needs: readonly Need[]): string {
  mkdirSync(directory, { recursive: true });
  const birth = identify(process.pid)?.birth ?? 'x';
  const path = join(directory, `${String(process.pid)}-${birth}-${randomBytes(6).toString('hex')}`);
  writeFileSync(path, needs.join(' '));
  return path;
}

/** Takes a member out; harmless when it is out already. */
export function leaveMember(path: string): void {
  rmSync(path, { force: true });
}

/** What the living members use. Clears away the files of processes that died without leaving. */
export function readNeeds(directory: string): ReadonlySet<Need> {
  mkdirSync(directory, { recursive: true });
  const needs = new Set<Need>();
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    const [, pid, birth] = MEMBER_FORM.exec(name) ?? [];
    if (pid === undefined || birth === undefined || !isAlive({ pid: Number(pid), birth })) {
      rmSync(path, { force: true });
      continue;
    }
    const words = readFileSync(path, 'utf8').split(' ');
    if (words.includes('postgres')) needs.add('postgres');
    if (words.includes('temporal')) needs.add('temporal');
  }
  return needs;
}
