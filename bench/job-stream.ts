import { Client } from 'undici';
import type { JobEventData } from '../src/domain/sync';
import type { Library } from './library';

/** The job events of a project as a client of the façade gets them, each with the moment of its arrival. */
export interface JobStream {
  /** The first event of the job, past or to come, for which the condition holds. Rejects when the stream ends. */
  first(
    token: string,
    isWanted: (data: JobEventData) => boolean,
  ): Promise<{ readonly at: number; readonly data: JobEventData }>;
  close(): Promise<void>;
}

interface Arrival {
  readonly at: number;
  readonly token: string;
  readonly data: JobEventData;
}

/** Opens the event stream after the newest cursor of the project. */
export async function openJobStream(
  origin: string,
  library: Pick<Library, 'apiKey' | 'projectUuid'>,
): Promise<JobStream> {
  const client = new Client(origin, { bodyTimeout: 0 });
  const headers = { 'x-api-key': library.apiKey };
  const base = `/api/p/${library.projectUuid}/sync`;
  const cursors = await client.request({ method: 'POST', path: `${base}/cursors`, headers });
  const { result } = (await cursors.body.json()) as { result: { cc: number } };
  const answer = await client.request({ method: 'GET', path: `${base}/stream?cursor=${String(result.cc)}`, headers });
  if (answer.statusCode !== 200) throw new Error(`the event stream answered ${String(answer.statusCode)}`);

  const arrivals: Arrival[] = [];
  const waiting = new Set<{ look(): void; fail(error: Error): void }>();
  const ended = (async () => {
    let rest = '';
    try {
      for await (const chunk of answer.body as AsyncIterable<Buffer>) {
        const at = performance.now();
        const blocks = (rest + chunk.toString('utf8')).split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) {
          const line = /^data: (.*)$/m.exec(block)?.[1];
          if (line === undefined) continue;
          const event = JSON.parse(line) as { data_key: string; data: JobEventData };
          arrivals.push({ at, token: event.data_key, data: event.data });
        }
        for (const waiter of waiting) waiter.look();
      }
    } finally {
      for (const waiter of waiting) waiter.fail(new Error('the event stream ended'));
    }
  })();
  ended.catch(() => undefined);

  return {
    first: (token, isWanted) =>
      new Promise((resolve, reject) => {
        const waiter = {
          look() {
            const found = arrivals.find((arrival) => arrival.token === token && isWanted(arrival.data));
            if (found === undefined) return;
            waiting.delete(waiter);
            resolve(found);
          },
          fail: reject,
        };
        waiting.add(waiter);
        waiter.look();
      }),
    async close() {
      await client.destroy();
      await ended.catch(() => undefined);
    },
  };
}
