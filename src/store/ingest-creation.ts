import { sql } from 'kysely';
import { INGEST_STEPS } from '../domain/ingest-media';
import type { Database } from './database';
import { createJob, type Idempotency, type JobCreation } from './job-creation';
import type { DispatchableJob } from './job-dispatch';
import { insertedSteps } from './job-steps';

/** One file to be fetched for an asset, by somebody who may write there. */
export interface IngestOrder {
  /** Of the job. */
  readonly token: string;
  readonly asset: { readonly id: string; readonly uuid: string };
  /** Of the asset; null outside any. */
  readonly project: { readonly id: string; readonly uuid: string } | null;
  readonly actor: { readonly id: string; readonly uuid: string };
  /** Sealed for the asset. */
  readonly urlSealed: Buffer;
  /** The host of the address, for operators; neither path nor query. */
  readonly urlHost: string;
  /** As it was given. */
  readonly filename: string;
  readonly idempotency: Idempotency | null;
  /** True when the workflow runs already. */
  readonly dispatched: boolean;
  readonly now: Date;
}

/** `job` is to be started when it was created. */
export interface IngestCreation {
  readonly creation: JobCreation;
  readonly job: DispatchableJob;
}

/**
 * Commits the job of one file with its steps, in one statement. Two calls with the same token or Idempotency-Key make one job. What it
 * works on is written into its chunk when its workflow opens it, as in jobs of every kind.
 */
export async function createIngestJob(db: Database, order: IngestOrder): Promise<IngestCreation> {
  const { token, asset, project, actor, idempotency, dispatched, now } = order;
  const input = { asset: asset.uuid, ingest_ref: token, requested_by: actor.uuid };
  const job = {
    token,
    kind: 'ingest_media',
    projectUuid: project?.uuid ?? null,
    ownerUuid: actor.uuid,
    input,
  } as const;
  const creation = await createJob(db, {
    token,
    kind: job.kind,
    project,
    createdBy: actor.id,
    input,
    selection: { parentId: null, assetIds: [asset.id], rules: [] },
    idempotency,
    dispatched,
    beside: sql`steps as (${insertedSteps(INGEST_STEPS)}), file as (
      insert into ingests (job_id, line, asset_uuid, asset_id, url_sealed, url_host, filename, created_at, updated_at)
      select job.id, 1, ${asset.uuid}::uuid, ${asset.id}::bigint, ${order.urlSealed}::bytea, ${order.urlHost}::text,
        ${order.filename}::text, ${now}::timestamptz, ${now}::timestamptz from job)`,
    now,
  });
  return { creation, job };
}
