import { setImmediate as breathe } from 'node:timers/promises';
import { sql } from 'kysely';
import { readLine, type IngestLine, type JudgeUrl } from '../domain/bulk-ingest';
import type { Database } from './database';
import { newUuids } from './ids';
import { createJob, tellNewJob, type Idempotency, type JobCreation } from './job-creation';
import type { DispatchableJob } from './job-dispatch';
import type { UrlSeal } from './url-seal';

/** Files to be fetched into new assets of a project, by somebody who may write there. */
export interface BulkIngestOrder {
  /** Of the job. */
  readonly token: string;
  readonly project: { readonly id: string; readonly uuid: string };
  readonly actor: { readonly id: string; readonly uuid: string };
  /** As they were given; what is bad about one is written down with it. */
  readonly lines: readonly unknown[];
  readonly idempotency: Idempotency | null;
  readonly now: Date;
}

/** `job` is to be started when it was created. */
export interface BulkIngestCreation {
  readonly creation: JobCreation;
  readonly job: DispatchableJob;
}

/** Lines that are judged, sealed and written at a time: some ten milliseconds in which nobody else gets a turn. */
const BATCH = 1_000;

/**
 * Commits the job with all its lines, in one transaction. Two calls with the same Idempotency-Key make one job. The
 * lines are written batch by batch, so that a hundred thousand of them neither hold up the process nor fill its memory,
 * and the readers of the project are told last, since its other writers wait from then on.
 */
export async function createBulkIngestJob(
  db: Database,
  order: BulkIngestOrder,
  judgeUrl: JudgeUrl,
  seal: Pick<UrlSeal, 'seal'>,
): Promise<BulkIngestCreation> {
  const { token, project, actor, lines, idempotency, now } = order;
  const input = { project: project.uuid, lines_ref: token, requested_by: actor.uuid };
  const made = {
    token,
    kind: 'bulk_ingest_media',
    project,
    createdBy: actor.id,
    input,
    selection: { parentId: null, assetIds: [], rules: [] },
    idempotency,
    dispatched: false,
    toldLater: true,
    now,
  } as const;
  const creation = await db.transaction().execute(async (tx) => {
    const found = await createJob(tx, made);
    if (found.kind !== 'created') return found;
    const { id: jobId } = await tx.selectFrom('jobs').select('id').where('uuid', '=', token).executeTakeFirstOrThrow();
    for (let first = 0; first < lines.length; first += BATCH) {
      const batch = lines.slice(first, first + BATCH).map((line) => readLine(line, judgeUrl));
      await insertLines(tx, { jobId, first, now }, batch, seal);
      await breathe();
    }
    await tellNewJob(tx, made);
    return found;
  });
  const job = { token, kind: made.kind, projectUuid: project.uuid, ownerUuid: actor.uuid, input };
  return { creation, job };
}

async function insertLines(
  tx: Database,
  at: { readonly jobId: string; readonly first: number; readonly now: Date },
  lines: readonly IngestLine[],
  { seal }: Pick<UrlSeal, 'seal'>,
): Promise<void> {
  const uuids = newUuids(lines.length);
  const sealed = lines.map(({ url }, index) =>
    url === null ? null : seal(url, uuids[index] ?? '').toString('base64'),
  );
  await sql`
    insert into ingests (job_id, line, asset_uuid, makes_asset, url_sealed, url_host, filename, title, code, created_at,
      updated_at)
    select ${at.jobId}, ${at.first} + l.n, l.uuid, true, decode(l.sealed, 'base64'), l.host, l.filename, l.title, l.code,
      ${at.now}, ${at.now}
    from unnest(${uuids}::uuid[], ${sealed}::text[], ${lines.map(({ host }) => host)}::text[],
      ${lines.map(({ filename }) => filename)}::text[], ${lines.map(({ title }) => title)}::text[],
      ${lines.map(({ code }) => code)}::text[]) with ordinality as l (uuid, sealed, host, filename, title, code, n)
    order by l.n`.execute(tx);
}
