import { type Crowd, openCrowd } from './sync-crowd';
import { quantile } from './statistics';

/** What the bench asks of the process of the readers; each is answered by one {@link CrowdAnswer}. */
export type CrowdOrder =
  | {
      readonly kind: 'open';
      readonly url: string;
      readonly key: string;
      readonly count: number;
      readonly after: number;
    }
  /** Answered when every reader has seen that cursor, or a reader had a fault. */
  | { readonly kind: 'reach'; readonly cursor: number }
  /** When each event after `after` was written, in ms since the epoch. */
  | { readonly kind: 'compare'; readonly after: number; readonly writtenAt: readonly number[] }
  | { readonly kind: 'close' };

export interface CrowdAnswer {
  readonly faults: readonly string[];
  readonly latency: Latency | null;
}

/** From the writing of an event to its arrival, over all events and readers, in ms. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

const LOOK_MS = 5;

let crowd: Crowd | undefined;
/** By cursor, one instant for each reader. */
const arrivals = new Map<number, Float64Array>();

async function obey(order: CrowdOrder): Promise<Latency | null> {
  switch (order.kind) {
    case 'open': {
      const { url, key, count, after } = order;
      arrivals.clear();
      const onEvent = (no: number, cursor: number, atMs: number) => {
        const of = arrivals.get(cursor) ?? new Float64Array(count);
        arrivals.set(cursor, of);
        of[no] = atMs;
      };
      crowd = await openCrowd({ url, count, keyOf: () => key, after, onEvent });
      return null;
    }
    case 'reach':
      while (crowd?.faults().length === 0 && crowd.readers.some((reader) => reader.cursor() < order.cursor)) {
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
      return null;
    case 'compare':
      return compare(order.after, order.writtenAt);
    case 'close':
      crowd?.close();
      return null;
  }
}

function compare(after: number, writtenAt: readonly number[]): Latency {
  const latencies = writtenAt.flatMap((at, no) => [...(arrivals.get(after + 1 + no) ?? [])].map((seen) => seen - at));
  let max = 0;
  for (const latency of latencies) max = Math.max(max, latency);
  return { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), max };
}

process.on('message', (order: CrowdOrder) => {
  obey(order).then(
    (latency) => process.send?.({ latency, faults: crowd?.faults().slice(0, 5) ?? [] } satisfies CrowdAnswer),
    (error: unknown) => process.send?.({ latency: null, faults: [String(error)] } satisfies CrowdAnswer),
  );
});
