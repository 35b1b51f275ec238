import { join } from 'node:path';
import { Client as TemporalClient, Connection } from '@temporalio/client';
import { Client } from 'undici';
import { startChildRoot } from './child-root';
import {
  createActions,
  type DagLibrary,
  fillDagLibrary,
  settleDagRuns,
  type Shape,
  verifyRun,
  type Work,
} from './dag-library';
import type { Home } from './home';
import { openJobStream } from './job-stream';
import type { DagActionOptions } from './options';
import { demandLine, table } from './report';
import { startRecord } from './results';
import { median } from './statistics';
import { atMost } from './summary';

const SHAPES = ['chain', 'fan'] as const;
const WORKS = ['nothing', 'tags'] as const;
const MOST_OF_BARE: Readonly<Record<Shape, number>> = { chain: 1.5, fan: 1.3 };
const ATTEMPT_MS = 120_000;

interface Timing {
  readonly shape: Shape;
  readonly work: Work;
  readonly oursMs: number;
  readonly bareMs: number;
}

/**
 * Runs actions of many nodes, one after another and side by side, and the same number of bare Temporal activities on the
 * same server; answers whether every demand is met.
 * @throws Error when a run did not do what it was timed for
 */
export async function benchDagAction(
  home: Home,
  options: DagActionOptions,
  tell: (line: string) => void,
): Promise<{ readonly allMet: boolean }> {
  const record = startRecord(options, home);
  const library = await fillDagLibrary(home.store.db);
  const actions = await createActions(home.store.db, options.nodes);
  home.stopWithIt(await startBareWorker(home));
  const connection = await Connection.connect({ address: home.temporalAddress });
  home.stopWithIt({ stop: () => connection.close() });
  const temporal = new TemporalClient({ connection });
  const timings: Timing[] = [];
  for (let round = 0; round <= options.rounds; round += 1) {
    for (const shape of SHAPES) {
      for (const work of WORKS) {
        let [oursMs, bareMs] = [0, 0];
        const ours = async () => {
          oursMs = await runAction(home, library, actions[shape][work]);
          await verifyRun(home.store.db, library, work, options.nodes);
        };
        const bare = async () => {
          bareMs = await runBare(temporal, { shape, work, steps: options.nodes, asset: library.assetId }, round);
          await verifyRun(home.store.db, library, work, options.nodes);
        };
        for (const run of round % 2 === 0 ? [ours, bare] : [bare, ours]) {
          await settleDagRuns(home.store.db, library);
          await run();
        }
        if (round > 0) timings.push({ shape, work, oursMs, bareMs });
        tell(`${round === 0 ? 'warm-up' : `round ${String(round)}`}  ${shape} ${work}: ours ${oursMs.toFixed(0)} ms, bare ${bareMs.toFixed(0)} ms`); // prettier-ignore
      }
    }
  }
  const summaries = SHAPES.flatMap((shape) => WORKS.map((work) => summarise(timings, shape, work, options.nodes)));
  const demands = summaries.map(({ shape, work, ratio, ratios }) =>
    atMost(
      `${shape} of ${String(options.nodes)}, ${work}: time per node to bare activities`,
      ratio,
      MOST_OF_BARE[shape],
      ratios,
    ),
  );
  tell('');
  for (const line of table(
    ['', 'ours, ms a node', 'bare, ms a node', 'ratio'],
    summaries.map(({ shape, work, ours, bare, ratio }) => [`${shape}, ${work}`, ours.toFixed(2), bare.toFixed(2), ratio.toFixed(2)]), // prettier-ignore
  )) {
    tell(line);
  }
  tell('');
  for (const demand of demands) tell(demandLine(demand));
  tell(`written to ${await record.write({ demands, ...{ timings, summaries } })}`);
  return { allMet: demands.every(({ met }) => met) };
}

function summarise(timings: readonly Timing[], shape: Shape, work: Work, nodes: number) {
  const wanted = timings.filter((timing) => timing.shape === shape && timing.work === work);
  const ours = median(wanted.map(({ oursMs }) => oursMs / nodes));
  const bare = median(wanted.map(({ bareMs }) => bareMs / nodes));
  const ratios = wanted.map(({ oursMs, bareMs }) => oursMs / bareMs);
  return { shape, work, ours, bare, ratio: median(ratios), ratios };
}

function startBareWorker(home: Home) {
  return startChildRoot({
    script: 'bench/bare-activities/worker.ts',
    env: { TEMPORAL_ADDRESS: home.temporalAddress, DATABASE_URL: home.databaseUrl },
    logFile: join(home.dataDir, 'bare-worker.log'),
    readyWhen: 'the bare worker runs',
  });
}

async function runBare(temporal: TemporalClient, input: object, round: number): Promise<number> {
  const startedAt = performance.now();
  await temporal.workflow.execute('bareWorkflow', {
    taskQueue: 'bare',
    workflowId: `bare-${String(round)}-${JSON.stringify(input)}`,
    args: [input],
  });
  return performance.now() - startedAt;
}

/** From before the POST until the event stream says that the run has ended. */
async function runAction({ origin }: Home, library: DagLibrary, actionId: string): Promise<number> {
  const stream = await openJobStream(origin, library);
  const client = new Client(origin);
  try {
    const startedAt = performance.now();
    const answer = await client.request({
      method: 'POST',
      path: `/api/v2/assets/${library.assetKey}/dag_actions/${actionId}`,
      headers: { 'x-api-key': library.apiKey },
      headersTimeout: ATTEMPT_MS,
    });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`the action answered ${String(answer.statusCode)}: ${text}`);
    const done = await stream.first(
      String(answer.headers['job-token']),
      ({ info }) => info !== undefined && info.outcome !== null,
    );
    return done.at - startedAt;
  } finally {
    await client.close();
    await stream.close();
  }
}
