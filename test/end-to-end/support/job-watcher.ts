import { setTimeout as sleep } from 'node:timers/promises';
import type { Api, JobAnswer } from './api';

/** What a caller saw who asked for a job all the time. */
export interface JobWatcher {
  /** Every answer in which the job was told. */
  readonly seen: readonly JobAnswer[];
  /** Status of every answer that was none of these. */
  readonly refusals: readonly number[];
  /** Questions that nobody answered. */
  outages(): number;
  stop(): Promise<void>;
}

const PERIOD_MS = 100;

export function watchJob(api: Api, token: string): JobWatcher {
  const seen: JobAnswer[] = [];
  const refusals: number[] = [];
  let outages = 0;
  const end = new AbortController();
  const watching = (async () => {
    while (!end.signal.aborted && !api.isClosed()) {
      try {
        const { data, response } = await api.client.api.GET('/api/jobs/{token}', { params: { path: { token } } });
        if (data === undefined) refusals.push(response.status);
        else seen.push(data);
      } catch {
        outages += 1;
      }
      await sleep(PERIOD_MS);
    }
  })();
  return {
    seen,
    refusals,
    outages: () => outages,
    stop: async () => {
      end.abort();
      await watching;
    },
  };
}

/** True when the counts of an answer say one thing: all null and zero, or a total that is the sum of its parts. */
export function addsUp({ total, succeeded, skipped, failed, remaining }: JobAnswer): boolean {
  if (total === null) return remaining === null && succeeded + skipped + failed === 0;
  return remaining !== null && remaining >= 0 && total === succeeded + skipped + failed + remaining;
}
