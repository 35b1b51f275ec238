import type { OpenedIngest } from '../contract/ingest-media';
import { FAILURE } from '../contract/failures';
import type { JudgeUrl } from '../domain/bulk-ingest';
import { INGEST_STEPS, type IngestStep } from '../domain/ingest-media';
import { describeIngestFault } from '../domain/ingest-verdict';
import { isEnded } from '../domain/job';
import type { JobStep } from '../domain/job-step';
import type { Name } from '../domain/names';
import { ingestMediaInput, type IngestMediaOrder } from '../schemas/ingest-media';
import { findReadableAsset, type ReadableAsset } from '../store/asset-access';
import type { Store } from '../store/database';
import { createIngestJob } from '../store/ingest-creation';
import { openIngestJob } from '../store/ingest-opening';
import { countWaitingChunks, endJob, findRunnableJob, markTakenUp, type RunnableJob } from '../store/job-progress';
import { readSteps } from '../store/job-steps';
import type { JobRecord } from '../store/jobs';
import type { UserRecord } from '../store/lookup';
import type { ActivityDependencies, FileJobDependencies } from './dependencies';
import { makeChild } from './make-child';
import { assertToken, getRequester, parseInput } from './opening';
import { refused } from './refused';

type OpenIngestDependencies = Pick<ActivityDependencies, 'store' | 'now'> &
  Pick<FileJobDependencies, 'judgeUrl' | 'urlSeal'>;

const RETRY = {
  isParent: ({ kind }: JobRecord) => kind === 'ingest_media',
  noParent: 'there is no such job of one file for requested_by',
  noWrite: 'retry_of: requested_by may not change its asset',
};

/**
 * Opens the job of one file, whoever started its workflow: with the façade the row is there already, with the Temporal
 * CLI it is made here, under the same checks. A paused job begins when it is opened again. Repeated, it changes nothing.
 */
export async function openIngestMedia(
  dependencies: OpenIngestDependencies,
  input: unknown,
  token: string,
): Promise<OpenedIngest> {
  const { store, now } = dependencies;
  assertToken(token);
  const order = parseInput<IngestMediaOrder>(ingestMediaInput, input);
  const user = await getRequester(store.db, order.requested_by);
  const existing = await findRunnableJob(store.db, token);
  if (existing !== null && (existing.kind !== 'ingest_media' || existing.owner.id !== user.id)) {
    throw refused(FAILURE.jobConflict, `workflow_id: ${token} is the token of another job`);
  }
  const job = existing ?? (await makeJob(dependencies, token, order, user));
  // Time has passed since the row was made: the rights are asked for again, unless it has begun already.
  if (existing !== null && !isEnded(job.state) && job.counts.total === null) await recheck(job);
  await markTakenUp(store.db, job.id, now());
  const { state, counts } = await openIngestJob(store.db, job.id, now());
  const waiting = isEnded(state) ? 0 : [...(await countWaitingChunks(store.db, job.id)).values()].length;
  const steps = await readSteps(store.db, job.id);
  return {
    token,
    project: job.project?.uuid ?? null,
    owner: job.owner.uuid,
    summary: job.project === null ? 'Media from a URL' : `Media from a URL in project ${job.project.uuid}`,
    state,
    counts,
    waitingChunks: { folders: 0, files: waiting },
    steps: steps.map(({ name, state: standing, message }) => ({ name, state: standing, message })),
    step: firstToDo(steps),
  };

  async function recheck(made: RunnableJob): Promise<void> {
    try {
      await getAsset(store, order.asset, user);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const end = { code: FAILURE.forbidden, message };
      await endJob(store.db, made.id, { state: 'rejected', outcome: 'rejected', error: end }, now());
      throw error;
    }
  }
}

/** A worker that took the job over, or a run that was reset, goes on where the steps stand. */
function firstToDo(steps: readonly JobStep[]): IngestStep {
  const isThrough = (step: IngestStep) =>
    steps.some(({ name, state }) => name === step && state !== 'waiting' && state !== 'running');
  return INGEST_STEPS.find((step) => !isThrough(step)) ?? 'attach';
}

async function makeJob(
  { store, judgeUrl, urlSeal, now }: OpenIngestDependencies,
  token: string,
  order: IngestMediaOrder,
  user: UserRecord,
): Promise<RunnableJob> {
  switch (order.form) {
    case 'kept':
      throw refused(FAILURE.inputInvalid, 'ingest_ref: no job of this workflow id keeps an address');
    case 'retry_of':
      await makeChild(store, { token, ...order, user, ...RETRY }, now());
      break;
    case 'file': {
      const asset = await getAsset(store, order.asset, user);
      if (asset.deletedAt !== null) throw refused(FAILURE.inputInvalid, 'asset: is in the trash; restore it first');
      const url = assertPlain(order.fileUrl, judgeUrl);
      const { projectId: id, projectUuid: uuid } = asset;
      await createIngestJob(store.db, {
        token,
        asset,
        project: id === null || uuid === null ? null : { id, uuid },
        actor: user,
        urlSealed: urlSeal.seal(url.href, asset.uuid),
        urlHost: url.host,
        filename: order.filename,
        idempotency: null,
        dispatched: true,
        now: now(),
      });
    }
  }
  const made = await findRunnableJob(store.db, token);
  if (made === null) throw new Error(`job ${token} was not made`);
  return made;
}

/** @throws ApplicationFailure for an address that is refused, or that might hold a secret: Temporal keeps and shows it */
function assertPlain(text: string, judgeUrl: JudgeUrl): URL {
  const verdict = judgeUrl(text);
  if (verdict.kind === 'refused') {
    throw refused(FAILURE.inputInvalid, `file_url: ${describeIngestFault(verdict.code) ?? verdict.code}`);
  }
  if (verdict.url.search === '') return verdict.url;
  throw refused(
    FAILURE.inputInvalid,
    'file_url: must have no query in the input of a workflow, which Temporal keeps and shows: ' +
      'use POST /api/v2/assets/{asset}/media or `npm run longhaul -- media ingest`',
  );
}

/** @throws ApplicationFailure when the requester may not write there, or when it can have no media */
async function getAsset(store: Store, name: Name, user: UserRecord): Promise<ReadableAsset> {
  const asset = await findReadableAsset(store.db, name, user);
  if (asset === null) throw refused(FAILURE.forbidden, 'asset: there is no such asset for requested_by');
  if (!asset.rights.write) throw refused(FAILURE.forbidden, 'asset: requested_by may not change it');
  if (asset.mediaType === 'folder') throw refused(FAILURE.inputInvalid, 'asset: is a folder, which holds no media');
  return asset;
}
