import { setMaxListeners } from 'node:events';
import { type MediaOutcome, type MediaProcess } from './media-process';
import { type MediaTask } from './media-task';

/** What a pool is made of. */
export interface MediaPoolOptions {
  readonly start: () => MediaProcess;
  readonly size: number;
  readonly maxFilesPerProcess: number;
  readonly idleMs: number;
}

/** Processes for files, started when they are needed. */
export interface MediaPool {
  /** Waits for a process, then for the end of the task. Rejects when the pool is closed, or no process can be started. */
  run(task: MediaTask, timeoutMs: number, signal: AbortSignal): Promise<MediaOutcome>;
  /** Ends every process at once and waits until they are gone. */
  close(): Promise<void>;
}

interface Member {
  readonly process: MediaProcess;
  files: number;
  idle: NodeJS.Timeout | undefined;
}

/** A pool of as many processes as `size`; each works on one file at a time, and the files are taken in their order. */
export function createMediaPool({ start, size, maxFilesPerProcess, idleMs }: MediaPoolOptions): MediaPool {
  const idle: Member[] = [];
  const members = new Set<Member>();
  const leaving = new Set<Promise<void>>();
  const waiting: (() => void)[] = [];
  let isClosed = false;

  async function run(task: MediaTask, timeoutMs: number, signal: AbortSignal): Promise<MediaOutcome> {
    // Many files may wait by one signal.
    setMaxListeners(0, signal);
    const member = await take(signal);
    try {
      const outcome = await member.process.run(task, timeoutMs, signal);
      if (isClosed) throw closed();
      return outcome;
    } finally {
      giveBack(member);
    }
  }

  async function take(signal: AbortSignal): Promise<Member> {
    for (;;) {
      signal.throwIfAborted();
      if (isClosed) throw closed();
      const member = idle.pop();
      if (member !== undefined) {
        clearTimeout(member.idle);
        if (member.process.isFit()) return member;
        leave(member);
      } else if (members.size < size) {
        return join();
      } else {
        await turn(signal);
      }
    }
  }

  function join(): Member {
    const member: Member = { process: start(), files: 0, idle: undefined };
    members.add(member);
    return member;
  }

  /** Resolves when a place may be free, or when the caller waits no longer. */
  async function turn(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const next = (): void => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = (): void => {
        waiting.splice(waiting.indexOf(next), 1);
        resolve();
      };
      waiting.push(next);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  function giveBack(member: Member): void {
    member.files += 1;
    if (!isClosed && member.process.isFit() && member.files < maxFilesPerProcess) {
      idle.push(member);
      member.idle = setTimeout(() => {
        idle.splice(idle.indexOf(member), 1);
        leave(member);
      }, idleMs).unref();
    } else {
      leave(member);
    }
    waiting.shift()?.();
  }

  /** Its place is free at once; until it is gone it is waited for by {@link close} only. */
  function leave(member: Member): void {
    member.process.kill();
    members.delete(member);
    leaving.add(member.process.gone);
    void member.process.gone.then(() => leaving.delete(member.process.gone));
  }

  async function close(): Promise<void> {
    isClosed = true;
    for (const member of [...members]) {
      clearTimeout(member.idle);
      leave(member);
    }
    for (const next of waiting.splice(0)) next();
    await Promise.all(leaving);
  }

  return { run, close };
}

function closed(): Error {
  return new Error('the media tools are closed');
}
