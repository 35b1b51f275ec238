import { createChunkLoop } from './contenders/chunk-loop';
import { createOneUpdate } from './contenders/one-update';
import { createOurs } from './contenders/ours';
import type { Home } from './home';
import { fillLibrary } from './library';
import type { BulkMoveOptions } from './options';
import { measurePosts } from './post-latency';
import { toText } from './report';
import { startRecord } from './results';
import { runRounds } from './rounds';
import { summarise } from './summary';

/**
 * Runs the whole comparison on the given home and answers whether every demand is met.
 * @throws VerificationError when a run did not do what it was timed for
 */
export async function benchBulkMove(
  home: Home,
  options: BulkMoveOptions,
  tell: (line: string) => void,
): Promise<{ readonly allMet: boolean }> {
  const { store, origin } = home;
  const { rows, rounds, posts } = options;
  const record = startRecord(options, home);
  tell(`filling a library: ${rows.toLocaleString('en')} assets to move, as many beside them`);
  const library = await fillLibrary(store.db, rows);
  const contenders = [
    createOurs(store, origin, library),
    createOneUpdate(store.pool, library),
    createChunkLoop(store, library, 1),
    createChunkLoop(store, library, 4),
  ];
  const timings = await runRounds(store.db, library, contenders, rounds, tell);
  tell(`${String(posts)} POSTs a side, twice`);
  const latencies = await measurePosts(home, library, posts);
  const summary = summarise(rows, contenders, timings, latencies);

  tell('');
  tell(`${rows.toLocaleString('en')} rows, medians of ${String(rounds)} rounds, interleaved`);
  tell('');
  tell(toText(summary));
  tell(`written to ${await record.write(summary)}`);
  return { allMet: summary.demands.every(({ met }) => met) };
}
