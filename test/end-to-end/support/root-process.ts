import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { commandLine, listPids, parentOf } from '../../../src/embedded/process-identity';
import { until } from './until';

export const REPOSITORY = join(__dirname, '..', '..', '..');

/** The composition roots, with the line of log by which each says that it is up. */
const READY_LINE = { server: 'the façade listens', worker: 'the worker runs', start: 'Longhaul runs' } as const;
/** A worker bundles its workflows first, and the machine may have others to serve. */
const READY_DEADLINE_MS = 180_000;
export type RootName = keyof typeof READY_LINE;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process of Longhaul, as a person or a supervisor starts it. */
export interface RootProcess {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  isRunning(): boolean;
  /** Both streams so far. */
  output(): string;
  /** Rejects when it ends before it says so. */
  ready(): Promise<void>;
  /** Sends the signal to this process only, as `kill` does, and waits for its end. */
  end(signal: NodeJS.Signals): Promise<Exit>;
  /** Sends it to all processes of the terminal's job, as Ctrl-C does, and waits for its end. Without npm there is one. */
  endGroup(signal: NodeJS.Signals): Promise<Exit>;
}

export type Environment = Readonly<Record<string, string>>;

/** Starts `src/<name>.ts` as package.json does. */
export function spawnRoot(name: RootName, env: Environment): RootProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', join('src', `${name}.ts`)], options(env));
  return toRootProcess(child, name, false);
}

/** Starts it by npm, as a job of its own, so that the signals go the way they go for a person. */
export function spawnNpmStart(env: Environment): RootProcess {
  return toRootProcess(spawn('npm', ['start'], { ...options(env), detached: true }), 'start', true);
}

/** @throws Error when `npm run build` has not been run */
export function expectBuilt(): void {
  if (existsSync(join(REPOSITORY, 'dist', 'workflow-bundle.js'))) return;
  throw new Error('what runs here is what `npm run build` has made: dist/ is missing');
}

/** Starts `dist/<name>.js`, which has to be built before, as the image does. */
export function spawnBuiltRoot(name: Exclude<RootName, 'start'>, env: Environment): RootProcess {
  return toRootProcess(spawn(process.execPath, [join('dist', `${name}.js`)], options(env)), name, false);
}

/** A process and all that descend from it, as pids. */
export function familyOf(pid: number): readonly number[] {
  const parents = new Map(listPids().map((each) => [each, parentOf(each)]));
  const family = [pid];
  for (const member of family) {
    for (const [child, parent] of parents) if (parent === member) family.push(child);
  }
  return family.filter((member) => commandLine(member).length > 0);
}

function options(env: Environment) {
  // No session of its own: Ctrl-C on the tests ends what they have started.
  return { cwd: REPOSITORY, env, stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'] };
}

function toRootProcess(child: ChildProcess, name: RootName, leadsGroup: boolean): RootProcess {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  let hasExited = false;
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject);
    // Not `exit`: the last words may come after it.
    child.once('close', (code, signal) => {
      hasExited = true;
      resolve({ code, signal });
    });
  });
  exited.catch(() => undefined);
  const pid = child.pid ?? 0;
  return {
    pid,
    exited,
    isRunning: () => !hasExited,
    output: () => output,
    async ready() {
      await until(
        `${name} is up`,
        () => {
          // A process that has ended never comes up: its own words say why better than a deadline.
          return hasExited || output.includes(READY_LINE[name]);
        },
        READY_DEADLINE_MS,
      );
      if (!output.includes(READY_LINE[name])) throw new Error(`${name} ended before it was up:\n${output}`);
    },
    async end(signal) {
      child.kill(signal);
      return exited;
    },
    async endGroup(signal) {
      if (leadsGroup && !hasExited) process.kill(-pid, signal);
      else child.kill(signal);
      return exited;
    },
  };
}
