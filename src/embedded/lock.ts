import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { EmbeddedStartError } from './errors';
import { identify, isAlive } from './process-identity';

/** `waitMs` bounds the wait for another holder; `signal` gives the wait up early. */
export interface LockOptions {
  readonly waitMs: number;
  readonly signal?: AbortSignal;
}

const RETRY_MS = 25;
const CLAIM_FORM = /^(\d+)-([a-z0-9]+)-[0-9a-f]+$/;

/**
 * Runs `work` while no other process (or caller in this one) runs its own under the same directory. A holder killed
 * with -9 holds nothing: each claim is a file named after its process, and the claims of dead ones do not count.
 *
 * Every contender first writes its claim and then looks for others; whoever sees another live claim withdraws and tries
 * again. Of two at once, the later writer always sees the earlier one, so two never hold it; and as names are never
 * used twice, clearing a dead claim away can never hit a live one.
 */
export async function withLock<T>(directory: string, work: () => Promise<T>, options: LockOptions): Promise<T> {
  mkdirSync(directory, { recursive: true });
  const claim = join(directory, claimName());
  await acquire(directory, claim, options);
  try {
    return await work();
  } finally {
    rmSync(claim, { force: true });
  }
}

async function acquire(directory: string, claim: string, { waitMs, signal }: LockOptions): Promise<void> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    signal?.throwIfAborted();
    let holder = findLiveClaim(directory, claim);
    if (holder === null) {
      writeFileSync(claim, '');
      holder = findLiveClaim(directory, claim);
      if (holder === null) return;
      rmSync(claim, { force: true });
    }
    if (Date.now() >= deadline) {
      throw new EmbeddedStartError(
        `process ${String(holder)} has been starting or stopping servers in ${directory} for more than ` +
          `${String(waitMs / 1000)} s. End it, or wait, and start again.`,
      );
    }
    await sleep(RETRY_MS * (1 + Math.random()));
  }
}

/** The pid behind a live claim that is not ours; clears the claims of dead processes away. */
function findLiveClaim(directory: string, own: string): number | null {
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    const [, pid, birth] = CLAIM_FORM.exec(name) ?? [];
    if (path === own || pid === undefined || birth === undefined) continue;
    if (isAlive({ pid: Number(pid), birth })) return Number(pid);
    rmSync(path, { force: true });
  }
  return null;
}

function claimName(): string {
  const birth = identify(process.pid)?.birth ?? 'x';
  return `${String(process.pid)}-${birth}-${randomBytes(6).toString('hex')}`;
}
