import { spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { type MediaLaunch } from './media-launch';
import { type MediaMessage, type MediaReply, type MediaTask } from './media-task';
import { watchMemory } from './memory-watch';

/** How a task ended: with a reply, or with the end of the process. */
export type MediaOutcome =
  | { readonly kind: 'reply'; readonly reply: MediaReply<MediaTask['kind']> }
  | { readonly kind: 'ended'; readonly by: EndedBy; readonly detail: string };

/** Why a process ended: we ended it, for its time, its memory, or because nobody waits any more; or it did so itself. */
export type EndedBy = 'timeout' | 'memory' | 'abort' | 'crash';

/** A process apart that works on one file at a time. */
export interface MediaProcess {
  readonly pid: number | undefined;
  /** Resolves once it is gone, with everything that it started. */
  readonly gone: Promise<void>;
  /** True until it has to be replaced. */
  isFit(): boolean;
  /** Never rejects, but when the process cannot be started, which is no fault of the file. */
  run(task: MediaTask, timeoutMs: number, signal: AbortSignal): Promise<MediaOutcome>;
  /** Ends it at once. */
  kill(): void;
}

const READY_MS = 60_000;
const MAX_SAID = 4_000;
/** How V8, libvips and C++ say so. */
const OUT_OF_MEMORY = /out of memory|failed to allocate|cannot allocate|bad_alloc|allocation failed/i;

/** Starts a process; it leads a group of its own, so that all it starts can be ended with it. */
export function startMediaProcess({ command, args, env, memoryBytes }: MediaLaunch): MediaProcess {
  const child = spawn(command, args, { detached: true, stdio: ['ignore', 'ignore', 'pipe', 'ipc'], env, cwd: '/' });
  let said = '';
  let endedBy: EndedBy | null = null;
  let fit = true;
  let hasExited = false;
  let listener: ((message: MediaMessage) => void) | null = null;
  const end = (by: EndedBy): void => {
    endedBy ??= by;
    fit = false;
    if (hasExited) return;
    // Now it is waited for.
    child.ref();
    killGroup(child);
  };
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    said = `${said}${chunk}`.slice(-MAX_SAID);
  });
  child.on('message', (message) => listener?.(message as MediaMessage));
  const gone = new Promise<void>((resolve) => {
    // `close` comes after `exit`, with all that was said; without a process there is only `error`.
    child.once('close', resolve);
    child.on('error', (error) => {
      said = `${said}${error.message}`;
      if (child.pid === undefined) resolve();
    });
    child.once('exit', () => {
      fit = false;
      // From here on its number may be somebody else's.
      hasExited = true;
      killGroup(child);
    });
  });
  const ready = firstMessage();
  letGo(child);

  async function firstMessage(): Promise<boolean> {
    const timer = setTimeout(() => end('timeout'), READY_MS);
    try {
      const message = new Promise<boolean>((resolve) => (listener = () => resolve(true)));
      return await Promise.race([gone.then(() => false), message]);
    } finally {
      clearTimeout(timer);
    }
  }

  async function run(task: MediaTask, timeoutMs: number, signal: AbortSignal): Promise<MediaOutcome> {
    const abort = (): void => end('abort');
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    let settle = (): void => undefined;
    try {
      if (!(await ready) && endedBy !== 'abort') throw new Error(`cannot start a process for media: ${said.trim()}`);
      // The timer keeps this process awake, which nothing else here does.
      const timer = setTimeout(() => end('timeout'), timeoutMs);
      const unwatch = watchMemory(child.pid, memoryBytes, () => end('memory'));
      settle = () => {
        clearTimeout(timer);
        unwatch();
      };
      return await Promise.race([replyTo(task), gone.then(ending)]);
    } finally {
      settle();
      signal.removeEventListener('abort', abort);
    }
  }

  async function replyTo(task: MediaTask): Promise<MediaOutcome> {
    return await new Promise((resolve) => {
      listener = (message) => {
        if (message.kind !== 'reply') return;
        fit &&= message.rssBytes < memoryBytes / 2;
        resolve({ kind: 'reply', reply: message.reply });
      };
      // Of a process that is gone the race hears by other means.
      child.send(task, () => undefined);
    });
  }

  function ending(): MediaOutcome {
    return { kind: 'ended', by: endedBy ?? (OUT_OF_MEMORY.test(said) ? 'memory' : 'crash'), detail: said.trim() };
  }

  return { pid: child.pid, gone, isFit: () => fit, run, kill: () => end('abort') };
}

/** While it is idle it is no reason for this process to stay. */
function letGo(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
  if (child.stderr instanceof Socket) child.stderr.unref();
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody of the group is left.
  }
}
