import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify, isAlive } from '../../src/embedded/process-identity';

const PREFIX = 'longhaul-test-';
const NAME_FORM = /^longhaul-test-(\d+)-([a-z0-9]+)-\w+$/;

/** A fresh directory for the servers of this test run, named after the process that answers for it. */
export function makeRunDirectory(): string {
  const birth = identify(process.pid)?.birth ?? 'x';
  return mkdtempSync(join(tmpdir(), `${PREFIX}${String(process.pid)}-${birth}-`));
}

/** The directories of runs that were killed before they could tidy up. */
export function findDeadRuns(): readonly string[] {
  return readdirSync(tmpdir())
    .filter((name) => {
      const [, pid, birth] = NAME_FORM.exec(name) ?? [];
      return pid !== undefined && birth !== undefined && !isAlive({ pid: Number(pid), birth });
    })
    .map((name) => join(tmpdir(), name));
}

export function removeRunDirectory(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 3 });
}
