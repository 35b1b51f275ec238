import { type RawBuilder, sql } from 'kysely';
import { codesOf, type DoneStatus, standingOf, type JobItemStanding, type JobItemStatus } from '../domain/job-items';
import type { Database } from './database';

/** The place of an item in its job: its chunk, and its position there from 1. */
export interface ItemPlace {
  readonly chunk: number;
  readonly position: number;
}

/** Before the first item of any job. */
export const BEFORE_ALL: ItemPlace = { chunk: 0, position: 0 };

export interface JobItem extends JobItemStanding {
  /** The asset's uuid; its id as decimal text when its row is gone for good. Of a node its own id. */
  readonly name: string;
  /** Of the list that its job was given; absent in jobs that were given none. */
  readonly line?: number;
}

/** Items of one chunk in their order, as lists side by side: objects for a million of them would cost too much. */
export interface ItemsOfChunk {
  /** See {@link JobItem.name}. */
  readonly names: readonly string[];
  readonly standings: readonly JobItemStanding[];
  /** See {@link JobItem.line}. */
  readonly lines?: readonly string[];
}

/** Which items of a job; every one for the status null. */
export interface ItemsWanted {
  /** Store id of the job. */
  readonly jobId: string;
  readonly status: JobItemStatus | null;
  /** What its items are called that it is through with; `moved` by default. */
  readonly doneAs?: DoneStatus;
  /** Its items are files to be fetched, where those of other jobs are assets. */
  readonly ofIngest?: boolean;
  /** Its items are the nodes of a run, each a chunk of its own. */
  readonly ofRun?: boolean;
  /** They are lines of a list, and their numbers are to be told. */
  readonly withLines?: boolean;
}

export interface ItemPage {
  readonly items: readonly JobItem[];
  /** Where to go on; null at the end. */
  readonly next: ItemPlace | null;
}

/** A page begins with few chunks, enough where they are full of what is wanted, and takes more at a time as it needs. */
const PAGE_CHUNKS = { first: 2, most: 64 };
/** Read in one statement when every item is wanted: half a megabyte of text. */
const STREAM_CHUNKS = 10;

/**
 * Up to `limit` items after a place. A job whose selection has not been resolved has none.
 * @throws Error when a chunk keeps a code that this version does not know
 */
export async function readItemPage(
  db: Database,
  wanted: ItemsWanted,
  after: ItemPlace,
  limit: number,
): Promise<ItemPage> {
  const found: { item: JobItem; place: ItemPlace }[] = [];
  let from = after;
  for (let size = PAGE_CHUNKS.first; ; size = Math.min(2 * size, PAGE_CHUNKS.most)) {
    const missing = limit + 1 - found.length;
    const chunks = await readChunks(db, wanted, from, { chunks: size, itemsOfEach: missing }, POSITIONS);
    for (const chunk of chunks) found.push(...toPlacedItems(chunk, wanted));
    from = placeAfter(chunks) ?? from;
    if (found.length > limit || chunks.length < size) break;
  }
  const page = found.slice(0, limit);
  return { items: page.map(({ item }) => item), next: found.length > limit ? (page.at(-1)?.place ?? null) : null };
}

/**
 * All items, some chunks at a time, each read when it is asked for; nothing is held in between. Each item is told once,
 * as it stands at that moment, however far the job goes meanwhile.
 * @throws Error when a chunk keeps a code that this version does not know
 */
export async function* readAllItems(
  db: Database,
  wanted: ItemsWanted,
): AsyncGenerator<readonly ItemsOfChunk[], void, undefined> {
  for (let from: ItemPlace | null = BEFORE_ALL; from !== null;) {
    const limit = { chunks: STREAM_CHUNKS, itemsOfEach: null };
    const chunks: readonly ChunkRow[] = await readChunks(db, wanted, from, limit, NO_POSITIONS);
    if (chunks.length > 0) yield chunks.map((chunk) => toItemsOfChunk(chunk, wanted));
    from = chunks.length < STREAM_CHUNKS ? null : placeAfter(chunks);
  }
}

function placeAfter(chunks: readonly ChunkRow[]): ItemPlace | null {
  const last = chunks.at(-1);
  return last === undefined ? null : { chunk: last.no + 1, position: 0 };
}

function toItemsOfChunk({ done, names, codes, lines }: ChunkRow, { doneAs }: ItemsWanted): ItemsOfChunk {
  if (names === null) return { names: [], standings: [] };
  const listed = { names: names.split(','), ...(lines !== null && { lines: lines.split(',') }) };
  if (codes === null) return { ...listed, standings: listed.names.map(() => standingOf(done, null, doneAs)) };
  const standings = codes.split(',').map((code) => standingOf(done, code === '' ? null : code, doneAs));
  return { ...listed, standings };
}

function toPlacedItems(row: ChunkRow, wanted: ItemsWanted): { item: JobItem; place: ItemPlace }[] {
  const { names, standings, lines } = toItemsOfChunk(row, wanted);
  const positions = row.positions?.split(',') ?? [];
  return standings.map((standing, at) => ({
    item: { name: names[at] ?? '', ...(lines !== undefined && { line: Number(lines[at]) }), ...standing },
    place: { chunk: row.no, position: Number(positions[at]) },
  }));
}

/** Chunks that have such items, by their counts: the lists of the others are not even read. */
const CHUNKS_WITH: Readonly<Record<JobItemStatus, RawBuilder<unknown>>> = {
  moved: sql`done_at is not null and succeeded > 0`,
  succeeded: sql`done_at is not null and succeeded > 0`,
  skipped: sql`done_at is not null and skipped > 0`,
  failed: sql`done_at is not null and failed > 0`,
  remaining: sql`done_at is null`,
};

const CODE = sql`c.codes ->> i.id::text`;
const ALL = sql`true`;

/** What a node's chunk says beside its counts is on the row of the node. */
const nodeOf = (jobId: string, what: RawBuilder<unknown>) => sql`(
  select ${what} from dag_action_runs r join dag_run_nodes n on n.run_id = r.id where r.job_id = ${jobId} and n.no = i.id)`;
const NODE_CODE = sql`case n.state when 'failed' then 'node_failed' when 'skipped' then 'condition_false'
  when 'omitted' then 'needs_not_met' end`;

/** Such items of a chunk that has them. A code that this version does not know is let through, to be complained of. */
function itemsWith(status: JobItemStatus | null): RawBuilder<unknown> {
  switch (status) {
    case null:
    case 'remaining':
      return ALL;
    case 'moved':
    case 'succeeded':
      return sql`(${CODE}) is null`;
    case 'skipped':
      return sql`(${CODE}) <> all(${codesOf('failed')}::text[])`;
    case 'failed':
      return sql`(${CODE}) <> all(${codesOf('skipped')}::text[])`;
  }
}

const ASSET_NAME = sql`(select a.uuid from assets a where a.id = i.id)`;
/** An item of an ingestion is named by its asset, also while that is still to be made. */
const INGEST_NAME = sql`(select n.asset_uuid from ingests n where n.id = i.id)`;
const LINES = sql`string_agg((select n.line::text from ingests n where n.id = i.id), ',' order by i.position)`;
const NO_LINES = sql`null`;

const POSITIONS = sql`string_agg(i.position::text, ',' order by i.position)`;
const NO_POSITIONS = sql`null`;

interface ChunkRow {
  readonly no: number;
  readonly done: boolean;
  readonly positions: string | null;
  readonly names: string | null;
  readonly codes: string | null;
  readonly lines: string | null;
}

/**
 * The next chunks that have such items, the one of the place among them, each with its first items after the place. A
 * chunk is seen as it is at one moment.
 *
 * Codes are looked up in an object, and names in a subquery, where a join would be the common form: the planner cannot
 * know how long the lists are, and would now and then compare each with each, or read all assets.
 */
async function readChunks(
  db: Database,
  { jobId, status, ofIngest = false, ofRun = false, withLines = false }: ItemsWanted,
  after: ItemPlace,
  limit: { readonly chunks: number; readonly itemsOfEach: number | null },
  positions: RawBuilder<unknown>,
): Promise<readonly ChunkRow[]> {
  const assetOrFile = ofIngest ? INGEST_NAME : ASSET_NAME;
  const named = ofRun ? nodeOf(jobId, sql`n.id`) : assetOrFile;
  const codes = ofRun
    ? sql`string_agg(coalesce(${nodeOf(jobId, NODE_CODE)}, ''), ',' order by i.position) filter (where c.done)`
    : sql`string_agg(coalesce(${CODE}, ''), ',' order by i.position) filter (where c.codes is not null)`;
  const { rows } = await sql<ChunkRow>`
    with chunk as materialized (
      select no, done_at is not null as done, item_ids,
        case when exception_ids <> '{}' then jsonb_object(exception_ids::text[], exception_codes) end as codes
      from job_chunks
      where job_id = ${jobId} and no >= ${after.chunk} and ${status === null ? ALL : CHUNKS_WITH[status]}
      order by no limit ${limit.chunks})
    select c.no, c.done, listed.* from chunk c cross join lateral (
      select ${positions} as positions,
        string_agg(coalesce(${named}::text, i.id::text), ',' order by i.position) as names,
        ${codes} as codes,
        ${withLines ? LINES : NO_LINES} as lines
      from (
        select i.id, i.position from unnest(c.item_ids) with ordinality i (id, position)
        where (c.no > ${after.chunk} or i.position > ${after.position}) and ${ofRun ? ALL : itemsWith(status)}
        order by i.position limit ${limit.itemsOfEach}) i) listed
    order by c.no`.execute(db);
  // Taken out of the result: the driver's results refer to one another, and those that have grown old would keep the
  // texts of all that follow from the young collector. It made 37 MB of a million names.
  return rows.splice(0);
}
