import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { HASH_THREAD } from './hash-thread';

/** In lower-case hexadecimal. */
export interface Sums {
  readonly md5Sum: string;
  readonly sha256Sum: string;
}

/** Sums of one file that is told in pieces, in their order. Calls need not wait for each other. */
export interface Hasher {
  /** The bytes must stay as they are until this resolves. */
  add(bytes: Uint8Array): Promise<void>;
  addFile(path: string, part: { readonly from: number; readonly to: number }): Promise<void>;
  digest(): Promise<Sums>;
  /** Ends it without sums. */
  drop(): void;
}

/** Threads that hash beside the event loop; each starts with its first use, if not before. */
export interface Hashing {
  /** Starts all of them, so that no file has to wait for that. */
  start(): void;
  open(): Hasher;
  close(): Promise<void>;
}

type Task = 'open' | 'bytes' | 'file' | 'digest' | 'drop';

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  /** What each hasher waits for, in the order of its messages. */
  readonly waiting: Map<number, Waiting[]>;
  ended: boolean;
}

const MAX_THREADS = 4;
/** A thread keeps next to nothing of its own, and would make room for tens of megabytes. */
const THREAD_MEMORY = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 32 };

/** The sums of bytes that are all here; for few of them, where the way to a thread would cost more. */
export function sumsOf(bytes: Uint8Array): Sums {
  const sum = (name: string) => createHash(name).update(bytes).digest('hex');
  return { md5Sum: sum('md5'), sha256Sum: sum('sha256') };
}

export function createHashing(size = Math.max(1, Math.min(MAX_THREADS, availableParallelism() - 1))): Hashing {
  const threads: (Thread | undefined)[] = Array.from({ length: size });
  let lastId = 0;

  function threadAt(at: number): Thread {
    const known = threads[at];
    if (known !== undefined) return known;
    const thread = startThread(() => {
      if (threads[at] === thread) threads[at] = undefined;
    });
    threads[at] = thread;
    return thread;
  }

  return {
    start: () => threads.forEach((_, at) => threadAt(at)),
    open() {
      const id = (lastId += 1);
      const thread = threadAt(id % size);
      const ask = (task: Task, data?: unknown) => post(thread, id, task, data);
      ask('open').catch(() => undefined);
      return {
        add: async (bytes) => {
          await ask('bytes', bytes);
        },
        addFile: async (path, part) => {
          await ask('file', { path, ...part });
        },
        digest: async () => (await ask('digest')) as Sums,
        drop: () => void ask('drop').catch(() => undefined),
      };
    },
    async close() {
      await Promise.all(threads.flatMap((thread) => (thread === undefined ? [] : [thread.worker.terminate()])));
    },
  };
}

function startThread(onEnd: () => void): Thread {
  // Without the arguments of this process: the thread needs no loader.
  const worker = new Worker(HASH_THREAD, {
    ...{ eval: true, execArgv: [], env: {}, name: 'longhaul-hash' },
    resourceLimits: THREAD_MEMORY,
  });
  worker.unref();
  const thread: Thread = { worker, waiting: new Map(), ended: false };
  const { waiting } = thread;
  worker.on('message', ({ id, answer, fault }: { id: number; answer?: unknown; fault?: string }) => {
    const queue = waiting.get(id) ?? [];
    const next = queue.shift();
    if (queue.length === 0) waiting.delete(id);
    if (fault === undefined) next?.resolve(answer);
    else next?.reject(new Error(`hashing failed: ${fault}`));
    if (waiting.size === 0) worker.unref();
  });
  // The error itself comes to whoever waits as the end of the thread.
  worker.on('error', () => undefined);
  worker.once('exit', () => {
    thread.ended = true;
    onEnd();
    for (const { reject } of [...waiting.values()].flat()) reject(endOfThread());
    waiting.clear();
  });
  return thread;
}

function post({ worker, waiting, ended }: Thread, id: number, task: Task, data: unknown): Promise<unknown> {
  if (ended) return Promise.reject(endOfThread());
  // It holds the process only while somebody waits for it.
  worker.ref();
  return new Promise((resolve, reject) => {
    const queue = waiting.get(id) ?? [];
    queue.push({ resolve, reject });
    waiting.set(id, queue);
    worker.postMessage({ task, id, data });
  });
}

function endOfThread(): Error {
  return new Error('the thread that hashes has ended');
}
