import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';

/** Many readers of one project's event stream. */
export interface Crowd {
  readonly readers: readonly CrowdReader[];
  /** Everything that a reader should not have seen: a cursor twice, out of order or left out, a stream that ended. */
  faults(): readonly string[];
  /** Ends all connections. */
  close(): void;
}

/** One reader, that goes on after the last event it has seen whenever it comes back, as an `EventSource` does. */
export interface CrowdReader {
  /** Of the last event that it has seen. */
  cursor(): number;
  /** Takes nothing off its socket any more. */
  pause(): void;
  resume(): void;
  /** Hangs up in the middle of whatever comes. */
  leave(): void;
  /** Connects; rejects when it is not let in. */
  join(): Promise<void>;
}

export interface CrowdOptions {
  /** Of the event stream. */
  readonly url: string;
  readonly count: number;
  /** The API key of each reader, by its number. */
  readonly keyOf: (no: number) => string;
  /** After which cursor all begin. */
  readonly after: number;
  /** Told of each event at its arrival, in ms since the epoch. */
  readonly onEvent?: (no: number, cursor: number, atMs: number) => void;
}

/** Side by side; more at once than a server's backlog of connections takes would wait for a second try. */
const JOINING_AT_ONCE = 50;
const ID = 'id: ';

/** Connects them all. */
export async function openCrowd(options: CrowdOptions): Promise<Crowd> {
  const agent = new Agent({ keepAlive: false, maxSockets: Infinity });
  const faults: string[] = [];
  const readers = Array.from({ length: options.count }, (_, no) => createReader(options, agent, no, faults));
  const close = () => {
    for (const reader of readers) reader.leave();
    agent.destroy();
  };
  try {
    await joinAll(readers);
  } catch (error) {
    close();
    throw error;
  }
  return { readers, faults: () => faults, close };
}

/** Has readers connect, some at a time. */
export async function joinAll(readers: readonly CrowdReader[]): Promise<void> {
  const waiting = [...readers];
  const lane = async () => {
    for (let reader = waiting.pop(); reader !== undefined; reader = waiting.pop()) await reader.join();
  };
  await Promise.all(Array.from({ length: JOINING_AT_ONCE }, lane));
}

function createReader(options: CrowdOptions, agent: Agent, no: number, faults: string[]): CrowdReader {
  let cursor = options.after;
  let answer: IncomingMessage | undefined;

  const take = (block: string, atMs: number) => {
    // Comments and `retry` are no events; neither may `refused` come, which has no id.
    if (!block.startsWith(ID)) {
      if (block.startsWith('event: ')) faults.push(`reader ${String(no)} was told ${block}`);
      return;
    }
    const id = Number(block.slice(ID.length, block.indexOf('\n')));
    if (id !== cursor + 1) faults.push(`reader ${String(no)} saw ${String(id)} after ${String(cursor)}`);
    cursor = id;
    options.onEvent?.(no, id, atMs);
  };

  return {
    cursor: () => cursor,
    pause: () => answer?.pause(),
    resume: () => answer?.resume(),
    leave() {
      const left = answer;
      answer = undefined;
      left?.destroy();
    },
    async join() {
      const headers = { 'x-api-key': options.keyOf(no), 'last-event-id': String(cursor) };
      const sent = get(options.url, { agent, headers });
      const [taken] = (await once(sent, 'response')) as [IncomingMessage];
      if (taken.statusCode !== 200) {
        taken.destroy();
        throw new Error(`reader ${String(no)} was answered ${String(taken.statusCode)}`);
      }
      answer = taken;
      let rest = '';
      taken.setEncoding('utf8').on('data', (text: string) => {
        // What was on its way when it left is not seen: it comes again.
        if (answer !== taken) return;
        const atMs = performance.timeOrigin + performance.now();
        const blocks = (rest + text).split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) take(block, atMs);
      });
      // Who was left is told of as an error, too.
      taken.on('error', () => undefined);
      taken.once('close', () => {
        if (answer === taken) faults.push(`the stream of reader ${String(no)} ended after ${String(cursor)}`);
      });
    },
  };
}
