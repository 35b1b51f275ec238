import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { commandLine, listPids, parentOf } from '../../src/embedded/process-identity';
import { type MediaLimits } from '../../src/media/limits';
import { createMediaTools, type MediaTools } from '../../src/media/media-tools';

/** Tools on a directory of their own, for one test file. */
export interface MediaBench {
  readonly tools: MediaTools;
  readonly directory: string;
  /** What the tools have warned of. */
  readonly warnings: readonly unknown[];
  /** Writes a file and answers its path. */
  put(name: string, bytes: Buffer): string;
  /** Ends the tools, removes the directory, and throws when a process is left. */
  close(): Promise<void>;
}

/** Whichever programs of this machine the tools are to find; only these. */
export type MediaProgram = 'perl' | 'prlimit' | 'pdftoppm' | 'ffmpeg';

/** What every machine has that reads metadata at all. */
const USUAL: readonly MediaProgram[] = ['perl', 'prlimit'];

/** Tools that find `programs` and nothing else, however this machine is equipped. */
export function createMediaBench(options: MediaBenchOptions = {}): MediaBench {
  const { programs = USUAL, limits = {}, processes = 2, scripts = {} } = options;
  const directory = mkdtempSync(join(tmpdir(), 'longhaul-media-'));
  const warnings: unknown[] = [];
  const log = { warn: (fields: unknown) => void warnings.push(fields) };
  const searchPath = makeSearchPath(directory, programs);
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(searchPath, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  const tools = createMediaTools({ log, searchPath, processes, limits });
  const close = async (): Promise<void> => {
    await tools.close();
    rmSync(directory, { recursive: true, force: true });
    const left = findMediaProcesses().filter((pid) =>
      commandLine(pid).some((argument) => argument.includes(directory)),
    );
    if (left.length > 0) throw new Error(`processes are left: ${left.join(', ')}`);
  };
  return { tools, directory, warnings, put: (name, bytes) => put(directory, name, bytes), close };
}

interface MediaBenchOptions {
  readonly programs?: readonly MediaProgram[];
  readonly limits?: Partial<MediaLimits>;
  readonly processes?: number;
  /** Programs of our own in place of those of the machine: the text of a shell script each. */
  readonly scripts?: Readonly<Partial<Record<MediaProgram, string>>>;
}

function put(directory: string, name: string, bytes: Buffer): string {
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return path;
}

/** A directory in which only these programs are, where this machine has them. */
export function makeSearchPath(directory: string, programs: readonly MediaProgram[]): string {
  const folder = join(directory, 'bin');
  mkdirSync(folder, { recursive: true });
  for (const program of programs) {
    const path = findOnMachine(program);
    if (path !== null) symlinkSync(path, join(folder, program));
  }
  return folder;
}

function findOnMachine(program: MediaProgram): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path)) ?? null;
}

/** The processes of media tools that `parent` has started and that still run, without the programs that they started. */
export function findMediaProcesses(parent = process.pid): readonly number[] {
  return listPids().filter((pid) => parentOf(pid) === parent && isMediaProcess(pid));
}

function isMediaProcess(pid: number): boolean {
  return commandLine(pid).some((argument) => /media[\\/]child[\\/]main\.[jt]s$/.test(argument));
}
