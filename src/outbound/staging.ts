import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileFacts } from '../domain/download-answer';
import { sumsOf, type Sums } from './hashing';

/** A file that is here with all its bytes. */
export interface StagedFile extends Sums {
  readonly path: string;
  readonly sizeBytes: number;
  /** As the server said; null when it did not, or nothing fit to keep. */
  readonly contentType: string | null;
  /** False when the end of the file was just the end of the connection. */
  readonly lengthVerified: boolean;
}

/** The beginning of a file. `source` is a hash of the URL that it is from: the URL itself may hold secrets. */
export interface PartialState {
  readonly state: 'partial';
  readonly source: string;
  readonly sizeBytes: number;
  readonly facts: FileFacts;
}

/** A whole file; it has no source when it does not come from a URL. */
export interface CompleteState extends Omit<StagedFile, 'path'> {
  readonly state: 'complete';
  readonly source: string | null;
  /** Whether a machine that lost its power would find the bytes again. */
  readonly durable: boolean;
}

export type StagedState = PartialState | CompleteState;

const ID_FORM = /^[A-Za-z0-9_-]{1,100}$/;
const STATE_END = '.json';
const DRAFT_END = '.new';

/** Staged files and what is known of them, side by side in one directory, which is made when it is first needed. */
export function createStaging(directory: string) {
  const pathOf = (id: string): string => {
    if (!ID_FORM.test(id)) throw new Error(`not the id of a staged file: ${JSON.stringify(id.slice(0, 100))}`);
    return join(directory, id);
  };
  const statePathOf = (id: string) => `${pathOf(id)}${STATE_END}`;

  async function discard(id: string): Promise<void> {
    const paths = [pathOf(id), statePathOf(id), `${statePathOf(id)}${DRAFT_END}`];
    await Promise.all(paths.map((path) => rm(path, { force: true })));
  }

  return {
    pathOf,
    async prepare(): Promise<void> {
      await mkdir(directory, { recursive: true, mode: 0o700 });
    },
    discard,
    /** Null when nothing is known, or when the file does not hold what it should. */
    async read(id: string): Promise<StagedState | null> {
      const [text, size] = await Promise.all([readIfThere(statePathOf(id)), sizeIfThere(pathOf(id))]);
      const state = text === null ? null : parseState(text);
      if (state === null || size === null) return null;
      if (state.state === 'partial') return size >= state.sizeBytes ? state : null;
      return size === state.sizeBytes && (state.durable || (await hasSum(pathOf(id), state.sha256Sum))) ? state : null;
    },
    /** Replaces what was known at once and as a whole: whoever is killed here leaves the old or the new behind. */
    async write(id: string, state: StagedState): Promise<void> {
      const draft = `${statePathOf(id)}${DRAFT_END}`;
      await writeFile(draft, JSON.stringify(state), { mode: 0o600 });
      await rename(draft, statePathOf(id));
    },
    /** Removes what has not been touched for so long, but for those ids; answers how many files that were. */
    async sweep(olderThanMs: number, except: ReadonlySet<string>): Promise<number> {
      const ids = new Set((await namesIn(directory)).map((name) => name.replace(/\.json(\.new)?$/, '')));
      const removed = [...ids].map(async (id) => {
        if (except.has(id) || !ID_FORM.test(id)) return 0;
        const touchedAtMs = Math.max(await touchedAt(pathOf(id)), await touchedAt(statePathOf(id)));
        if (Date.now() - touchedAtMs < olderThanMs) return 0;
        await discard(id);
        return 1;
      });
      return (await Promise.all(removed)).reduce<number>((sum, one) => sum + one, 0);
    },
  };
}

export type Staging = ReturnType<typeof createStaging>;

/** What a state remembers of the URL that its bytes are from. */
export function sourceOf(url: string): string {
  return createHash('sha256').update(url).digest('hex');
}

/** Of a small file, see `StagedWriter.finish`. */
async function hasSum(path: string, sha256Sum: string): Promise<boolean> {
  return sumsOf(await readFile(path)).sha256Sum === sha256Sum;
}

function parseState(text: string): StagedState | null {
  try {
    return JSON.parse(text) as StagedState;
  } catch {
    return null;
  }
}

async function readIfThere(path: string): Promise<string | null> {
  return nullIfGone(readFile(path, 'utf8'));
}

async function sizeIfThere(path: string): Promise<number | null> {
  return (await nullIfGone(stat(path)))?.size ?? null;
}

async function touchedAt(path: string): Promise<number> {
  return (await nullIfGone(stat(path)))?.mtimeMs ?? 0;
}

async function namesIn(directory: string): Promise<readonly string[]> {
  return (await nullIfGone(readdir(directory))) ?? [];
}

async function nullIfGone<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
