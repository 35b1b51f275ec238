import { loadavg } from 'node:os';
import { sql } from 'kysely';
import { Client } from 'undici';
import { toJobEventData } from '../src/domain/sync';
import type { Database } from '../src/store/database';
import { generateAssets } from '../src/store/generate';
import { markPrunableJobs, pruneJobDetails } from '../src/store/job-retention';
import { appendSyncEvents } from '../src/store/sync';
import { createTemporalClient, temporalTarget } from '../src/temporal';
import { createOurs } from './contenders/ours';
import type { Home } from './home';
import { openJobStream } from './job-stream';
import { fillLibrary, type Library } from './library';
import { postMove } from './post-move';
import { startRecord } from './results';
import { measureGrowth, measureLog, type RowCost } from './table-growth';

export interface UnitCostsOptions {
  readonly bench: 'unit-costs';
  /** Assets in the store: from the smallest number tenfold each time, up to the largest. */
  readonly smallest: number;
  readonly largest: number;
  /** Assets that each job moves. */
  readonly moved: number;
  readonly assert: boolean;
}

/** One move through façade, workflow and store, in a project of so many assets. */
interface MoveCost {
  readonly assets: number;
  readonly microsecondsPerItem: number;
  readonly logBytesPerItem: number;
  /** Of the machine, when it ended. */
  readonly load: number;
}

const AT_ONCE = 500_000;
const EVENTS = 20_000;
const EVENTS_AT_ONCE = 500;
const FILES = 20_000;
const SMALL_JOBS = 50;

/** Measures what one asset, move, job, event and file costs, and how the cost of a move changes with the size of the library. */
export async function benchUnitCosts(
  home: Home,
  options: UnitCostsOptions,
  tell: (line: string) => void,
): Promise<{ readonly allMet: boolean }> {
  const { db } = home.store;
  const { smallest, largest, moved } = options;
  const record = startRecord(options, home);
  const sizes: number[] = [];
  for (let size = smallest; size <= largest; size *= 10) sizes.push(size);
  tell(`filling a library, of which ${String(moved)} assets are moved`);
  const library = await fillLibrary(db, moved);
  const costs: RowCost[] = [];
  const moves: MoveCost[] = [];
  await move(home, library, 0);
  costs.push(...(await measureGrowth(db, ['history', 'job_chunks'], () => move(home, library, 1))));
  let direction = 0;
  for (const size of sizes) {
    tell(`${String(size)} assets`);
    const grown = await measureGrowth(db, ['assets', 'asset_words'], () => growTo(db, library, size));
    // The largest growth by far: what the moves before it have left free does not weigh.
    if (size === sizes.at(-1)) costs.push(...grown);
    for (let round = 0; round < 2; round += 1) {
      await sql`vacuum (analyze) assets, history, jobs, job_chunks`.execute(db);
      await sql`checkpoint`.execute(db);
      const { result: ms, bytes } = await measureLog(db, () => move(home, library, direction));
      direction = 1 - direction;
      const cost = { assets: size, microsecondsPerItem: (ms * 1_000) / moved, logBytesPerItem: bytes / moved, load: loadavg()[0] ?? 0 }; // prettier-ignore
      tell(JSON.stringify(cost));
      moves.push(cost);
    }
  }
  costs.push(...(await measureGrowth(db, ['sync_events'], () => appendEvents(db, library))));
  costs.push(...(await measureGrowth(db, ['media'], () => addFiles(db))));
  let temporal = { events: 0, bytes: 0 };
  costs.push(...(await measureGrowth(db, ['jobs'], async () => (temporal = await runSmallJobs(home, library)))));
  const prune = await pruneAll(db);

  const results = { demands: [], costs, moves, temporal, prune };
  tell(toMarkdown(results));
  tell(`written to ${await record.write(results)}`);
  return { allMet: true };
}

/** In ms. */
async function move({ store, origin }: Home, library: Library, direction: number): Promise<number> {
  const [a, b] = library.folders;
  const { timing } = await createOurs(store, origin, library).run(direction === 0 ? { from: a, to: b } : { from: b, to: a }); // prettier-ignore
  return timing.wholeMs;
}

async function growTo(db: Database, { projectId, userId }: Library, size: number): Promise<void> {
  const { rows } = await sql<{ count: string }>`select count(*) as count from assets`.execute(db);
  for (let missing = size - Number(rows[0]?.count ?? 0); missing > 0; missing -= AT_ONCE) {
    await generateAssets(db, { projectId, ownerId: userId, count: Math.min(missing, AT_ONCE), folders: 100 });
  }
}

async function appendEvents(db: Database, { projectId, projectUuid }: Library): Promise<void> {
  const counts = { total: 100_000, succeeded: 50_000, skipped: 0, failed: 0, remaining: 50_000 };
  const at = new Date();
  const job = { projectUuid, kind: 'bulk_move_assets', state: 'running', outcome: null, counts } as const;
  const event = { action: 'UPDATE', dataType: 'jobs', dataKey: projectUuid, data: toJobEventData({ ...job, createdAt: at, updatedAt: at }) } as const; // prettier-ignore
  for (let written = 0; written < EVENTS; written += EVENTS_AT_ONCE) {
    await appendSyncEvents(
      db,
      projectId,
      Array.from({ length: EVENTS_AT_ONCE }, () => event),
    );
  }
}

/** Rows of files as an ingestion leaves them, without the files. */
async function addFiles(db: Database): Promise<void> {
  await sql`
    insert into media (asset_id, filename, media_type, content_type, size_bytes, md5_sum, sha256_sum, width, height, object_key,
      metadata, previews, created_at)
    select id, 'IMG_' || id || '.jpg', 'image', 'image/jpeg', 4200000, md5(id::text), encode(sha256(id::text::bytea), 'hex'), 6000,
      4000, 'objects/' || encode(sha256(id::text::bytea), 'hex'),
      '{"Make": "Camera", "Model": "X 100", "ISO": 200, "ExposureTime": "1/250", "FNumber": 5.6, "LensModel": "35 mm"}',
      '{small,medium,large}', now()
    from assets where media_type = 'image' order by id limit ${FILES}`.execute(db);
}

/** Moves of one asset; answers what Temporal keeps of each. */
async function runSmallJobs({ store, origin, temporalAddress }: Home, library: Library) {
  const [to] = library.folders;
  const { rows } = await sql<{ uuid: string }>`
    select uuid from assets where parent_id <> ${to.id} and media_type <> 'folder' order by id limit ${SMALL_JOBS}`.execute(store.db); // prettier-ignore
  const client = new Client(origin);
  const stream = await openJobStream(origin, library);
  const temporal = createTemporalClient(temporalTarget(temporalAddress, 'default', []));
  try {
    let [events, bytes] = [0, 0];
    for (const { uuid } of rows) {
      const token = await postMove(client, library, { parent: to.uuid, selection: [uuid] });
      await stream.first(token, ({ info }) => info.outcome !== null);
      const handle = temporal.workflow.getHandle(token);
      await handle.result();
      const description = await handle.describe();
      events += description.historyLength;
      bytes += description.historySize ?? 0;
    }
    return { events: events / rows.length, bytes: bytes / rows.length };
  } finally {
    await client.close();
    await stream.close();
    await temporal.connection.close();
  }
}

/** Removes the details of all jobs; answers how long a row of them took. */
async function pruneAll(db: Database) {
  const startedAt = performance.now();
  let [jobs, rows] = [0, 0];
  const now = new Date();
  while ((await markPrunableJobs(db, now, now)) > 0) {
    for (let step = await pruneJobDetails(db, 1_000); step !== null; step = await pruneJobDetails(db, 1_000)) {
      jobs += step.jobs;
      rows += step.rows;
    }
  }
  return { jobs, rows, microsecondsPerRow: ((performance.now() - startedAt) * 1_000) / Math.max(1, rows) };
}

interface Results {
  readonly costs: readonly RowCost[];
  readonly moves: readonly MoveCost[];
  readonly temporal: { readonly events: number; readonly bytes: number };
  readonly prune: { readonly jobs: number; readonly rows: number; readonly microsecondsPerRow: number };
}

function toMarkdown({ costs, moves, temporal, prune }: Results): string {
  return [
    '| one row of | rows measured | table, bytes | indexes, bytes |',
    '| --- | --- | --- | --- |',
    ...costs.map(({ what, rows, heapBytes, indexBytes }) => `| ${what} | ${String(rows)} | ${heapBytes.toFixed(0)} | ${indexBytes.toFixed(0)} |`), // prettier-ignore
    '',
    '| assets | µs per moved item | log, bytes per moved item | load |',
    '| --- | --- | --- | --- |',
    ...moves.map(({ assets, microsecondsPerItem, logBytesPerItem, load }) => `| ${String(assets)} | ${microsecondsPerItem.toFixed(1)} | ${logBytesPerItem.toFixed(0)} | ${load.toFixed(1)} |`), // prettier-ignore
    '',
    `A job of one asset: ${temporal.events.toFixed(0)} events and ${temporal.bytes.toFixed(0)} bytes of history in Temporal.`,
    `Pruning: ${String(prune.jobs)} jobs, ${String(prune.rows)} rows, ${prune.microsecondsPerRow.toFixed(1)} µs per row.`,
  ].join('\n');
}
