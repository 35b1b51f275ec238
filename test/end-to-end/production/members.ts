import { setTimeout as sleep } from 'node:timers/promises';
import type { Exit, RootProcess } from '../support/root-process';
import { until } from '../support/until';

/** Some processes of one kind under `restart: unless-stopped`, handled as one. */
export interface Members extends RootProcess {
  /** Kills the first of them with -9; it comes again by itself. */
  strikeOne(): Promise<void>;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
const READY_MS = 120_000;
/** What starting again does not mend. */
const HOPELESS = 'bad configuration';

/**
 * Starts one process for each of `starts`. Signals go to all of them, and who was sent one is not started again. `exited`
 * is the first end that nobody asked for, or that of all.
 */
export function startMembers(starts: readonly (() => RootProcess)[]): Members {
  const members = starts.map((start) => keepUp(start));
  const all = <T>(work: (member: ReturnType<typeof keepUp>) => Promise<T>) => Promise.all(members.map(work));
  const endAll = async (signal: NodeJS.Signals): Promise<Exit> => {
    const exits = await all((member) => member.end(signal));
    return exits.find(({ code, signal: by }) => code !== 0 && by === null) ?? exits[0] ?? { code: 0, signal: null };
  };
  return {
    pid: members[0]?.current().pid ?? 0,
    exited: Promise.race([
      ...members.map((member) => member.ownEnd),
      all<Exit>((member) => member.ended).then(firstOf),
    ]),
    isRunning: () => members.some((member) => member.current().isRunning()),
    output: () => members.map((member) => member.output()).join(''),
    async ready() {
      await until('all of them are up', () => members.every((member) => member.isUp()), READY_MS).catch(
        (error: unknown) => {
          throw new Error(`${String(error)}\n${members.map((member) => member.output()).join('\n')}`);
        },
      );
    },
    end: endAll,
    endGroup: endAll,
    async strikeOne() {
      const struck = members[0]?.current();
      if (struck === undefined) throw new Error('there is none');
      process.kill(struck.pid, 'SIGKILL');
      await struck.exited;
    },
  };
}

const firstOf = (exits: readonly Exit[]): Exit => exits[0] ?? { code: 0, signal: null };

function createPromise<T>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}

function keepUp(start: () => RootProcess) {
  let current = start();
  let isUp = false;
  let isWanted = true;
  let before = '';
  let pauseMs = FIRST_PAUSE_MS;
  const own = createPromise<Exit>();
  const ended = createPromise<Exit>();

  const watch = (root: RootProcess): void => {
    root.ready().then(
      () => (isUp = true),
      () => undefined,
    );
    void root.exited.then(async (exit) => {
      isUp = false;
      if (isWanted) own.resolve(exit);
      if (!isWanted || root.output().includes(HOPELESS)) {
        ended.resolve(exit);
        return;
      }
      await sleep(pauseMs);
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      if (!isWanted) return;
      before += root.output();
      current = start();
      watch(current);
    });
  };
  watch(current);

  return {
    current: () => current,
    isUp: () => isUp,
    output: () => before + current.output(),
    ownEnd: own.promise,
    ended: ended.promise,
    async end(signal: NodeJS.Signals): Promise<Exit> {
      isWanted = false;
      const exit = await current.end(signal);
      ended.resolve(exit);
      return exit;
    },
  };
}
