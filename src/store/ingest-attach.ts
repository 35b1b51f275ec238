import { sql } from 'kysely';
import type { FileFacts } from '../domain/ingest-media';
import { RETRYABLE_INGEST_CODES } from '../domain/ingest-verdict';
import type { JobControl } from '../domain/job';
import type { Database } from './database';
import { decideItems, makeAssets, markDuplicates, tellAssets, updateAssets, writeMedia } from './ingest-attach-sql';
import { recordFacts } from './ingests';
import { lockObjectsIn } from './object-removals';
import { withRetries } from './tree-transaction';

/** Whose files are attached; ids of the store. */
export interface AttachJob {
  readonly jobId: string;
  /** Where assets that are made belong, and where events are told; null outside any project. */
  readonly projectId: string | null;
  readonly requestedBy: string;
}

/** What became of a file before it is attached. */
export type FileOutcome =
  | { readonly kind: 'ready'; readonly ingestId: string; readonly facts: FileFacts; readonly attempts?: number }
  | { readonly kind: 'failed'; readonly ingestId: string; readonly code: string; readonly attempts?: number };

/**
 * `idle`: the chunk was done before, or its job has ended; `stopped`: people have stopped the job; `missing`: the objects
 * of these files are no more, so that they must be stored again. Nothing was changed in these cases.
 */
export type AttachResult =
  | { readonly kind: 'done'; readonly succeeded: number; readonly failed: number }
  | { readonly kind: 'idle' }
  | { readonly kind: 'stopped'; readonly control: Exclude<JobControl, 'run'> }
  | { readonly kind: 'missing'; readonly ingestIds: readonly string[] };

/**
 * Ends a chunk of files, of which there must be an outcome each, in one transaction: assets that are made with their
 * media, media rows, history, the chunk's counts and codes, and last the events of the project's sync. Rights, control
 * and the assets themselves are looked at in it; an item that may not be attached any more fails with its code. A second
 * call for the same chunk finds it done.
 *
 * `findObjects` answers which of these objects are there: it is asked while their removal is locked out.
 */
export async function attachIngests(
  db: Database,
  job: AttachJob,
  chunkNo: number,
  outcomes: readonly FileOutcome[],
  findObjects: (keys: readonly string[]) => Promise<ReadonlySet<string>>,
  now: Date,
): Promise<AttachResult> {
  const ready = outcomes.flatMap((outcome) => (outcome.kind === 'ready' ? [outcome] : []));
  return withRetries(db, async (tx) => {
    const claim = await claimChunk(tx, job.jobId, chunkNo);
    if (claim.kind !== 'claimed') return claim;
    assertComplete(claim.itemIds, outcomes, chunkNo, job.jobId);

    const keys = [...new Set(ready.map(({ facts }) => facts.objectKey))];
    await lockObjectsIn(tx, keys);
    const found = keys.length === 0 ? new Set<string>() : await findObjects(keys);
    const missing = ready.filter(({ facts }) => !found.has(facts.objectKey));
    if (missing.length > 0) return { kind: 'missing', ingestIds: missing.map(({ ingestId }) => ingestId) };

    await recordOutcomes(tx, outcomes, now);
    const items = claim.itemIds;
    await decideItems(tx, job, items);
    await makeAssets(tx, job, items, now);
    await writeMedia(tx, job, items, now);
    const places = await updateAssets(tx, items, now);
    await markDuplicates(tx, job, items);
    const counts = await markChunk(tx, job.jobId, chunkNo, items, now);
    await forgetAddresses(tx, job.jobId, items);
    // An asset may have come to another project since the job was made; its readers are those that are told.
    const told = new Set([...places, ...(job.projectId === null ? [] : [job.projectId])]);
    for (const projectId of [...told].sort()) await tellAssets(tx, { ...job, projectId }, items);
    return { kind: 'done', ...counts };
  });
}

type Claim =
  { readonly kind: 'claimed'; readonly itemIds: readonly string[] } | Exclude<AttachResult, { kind: 'done' }>;

/**
 * Locks the chunk first: who pauses or cancels the job writes so down before waiting for the chunks under way, so that a
 * look at the control after the lock is had misses nothing.
 */
async function claimChunk(tx: Database, jobId: string, chunkNo: number): Promise<Claim> {
  const { rows } = await sql<{ item_ids: string[] }>`
    select item_ids from job_chunks where job_id = ${jobId} and no = ${chunkNo} and done_at is null and not closed
    for update`.execute(tx);
  const { rows: jobs } = await sql<{ control: JobControl; ended: boolean }>`
    select control, finished_at is not null as ended from jobs where id = ${jobId}`.execute(tx);
  const [chunk, job] = [rows[0], jobs[0]];
  if (job === undefined) throw new Error(`job ${jobId} does not exist`);
  if (chunk === undefined || job.ended) return { kind: 'idle' };
  return job.control === 'run'
    ? { kind: 'claimed', itemIds: chunk.item_ids }
    : { kind: 'stopped', control: job.control };
}

function assertComplete(
  itemIds: readonly string[],
  outcomes: readonly FileOutcome[],
  chunkNo: number,
  jobId: string,
): void {
  const known = new Set(outcomes.map(({ ingestId }) => ingestId));
  if (known.size === itemIds.length && itemIds.every((id) => known.has(id))) return;
  throw new Error(`chunk ${String(chunkNo)} of job ${jobId} cannot be ended: its files do not have one outcome each`);
}

async function recordOutcomes(tx: Database, outcomes: readonly FileOutcome[], now: Date): Promise<void> {
  await recordFacts(
    tx,
    outcomes.flatMap((each) => (each.kind === 'ready' ? [{ ingestId: each.ingestId, facts: each.facts }] : [])),
    now,
  );
  const rows = JSON.stringify(
    outcomes.map((each) => ({
      id: each.ingestId,
      code: each.kind === 'failed' ? each.code : null,
      attempts: each.attempts ?? null,
    })),
  );
  await sql`
    update ingests n set code = o.code, attempts = coalesce(o.attempts, n.attempts), updated_at = ${now}
    from json_to_recordset(${rows}::json) as o (id bigint, code text, attempts int) where n.id = o.id`.execute(tx);
}

async function markChunk(
  tx: Database,
  jobId: string,
  chunkNo: number,
  items: readonly string[],
  now: Date,
): Promise<{ readonly succeeded: number; readonly failed: number }> {
  const { rows } = await sql<{ succeeded: number; failed: number }>`
    with item as (
      select i.id, i.n, g.code from unnest(${items}::bigint[]) with ordinality i (id, n) join ingests g on g.id = i.id),
    tally as (
      select count(*) filter (where code is null) as succeeded, count(code) as failed,
        coalesce(array_agg(id order by n) filter (where code is not null), '{}') as ids,
        coalesce(array_agg(code order by n) filter (where code is not null), '{}') as codes
      from item)
    update job_chunks k set done_at = ${now}, succeeded = t.succeeded, failed = t.failed, exception_ids = t.ids,
      exception_codes = t.codes
    from tally t where k.job_id = ${jobId} and k.no = ${chunkNo}
    returning k.succeeded, k.failed`.execute(tx);
  if (rows[0] === undefined) throw new Error(`chunk ${String(chunkNo)} of job ${jobId} went while it was locked`);
  return rows[0];
}

/**
 * Addresses go with the need for them: of what is attached, in the jobs too that this one retries; and of what failed
 * for good.
 */
async function forgetAddresses(tx: Database, jobId: string, items: readonly string[]): Promise<void> {
  await sql`
    update ingests set metadata = null,
      url_sealed = case when code = any(${RETRYABLE_INGEST_CODES}::text[]) then url_sealed end
    where id = any(${items}::bigint[])`.execute(tx);
  await sql`
    with recursive retried (id) as (
      select retry_of from jobs where id = ${jobId} and retry_of is not null
      union select j.retry_of from retried r join jobs j on j.id = r.id where j.retry_of is not null)
    update ingests n set url_sealed = null
    from retried r, ingests done
    where n.job_id = r.id and n.url_sealed is not null
      and done.id = any(${items}::bigint[]) and done.media_id is not null and n.line = done.line`.execute(tx);
}
