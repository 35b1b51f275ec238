import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BulkIngestSliceActivities } from '../contract/bulk-ingest';
import type { SliceRequest, SliceResult } from '../contract/job';
import { nextAttemptDelayMs } from '../domain/ingest-attempts';
import { isEnded } from '../domain/job';
import { readChunkFiles, readWaitingChunks, type ChunkFile, type WaitingChunk } from '../store/bulk-ingest-files';
import { attachIngests, type FileOutcome } from '../store/ingest-attach';
import { countAttempt } from '../store/ingests';
import { readControl } from '../store/job-control';
import { countWaitingChunks, endJob, finishJob, publishProgress, readStanding } from '../store/job-progress';
import { inProject, type ProjectJob } from '../store/project-job';
import { fetchFile, type FetchPlace } from './bulk-ingest-file';
import { withFaultNotes } from './fault-notes';
import { createHostHealth, type HostHealth } from './host-health';
import { createHostLanes } from './host-lanes';
import type { IngestDependencies } from './ingest-media';
import { type IngestSteps, toStagedId } from './ingest-steps';
import { workWindow, type WindowLanes, type WindowWork } from './ingest-window';
import { requireJob } from './job';
import { createLanes } from './lanes';
import { underControl } from './under-control';

export interface BulkIngestDependencies extends Omit<IngestDependencies, 'steps'> {
  readonly steps: Pick<IngestSteps, 'download' | 'find' | 'examine' | 'findObjects' | 'discard'>;
  /** Files under way at once, of all jobs of this worker. */
  readonly window: number;
  /** And of these with each host. */
  readonly perHost: number;
  /** Between two attempts; for tests. */
  readonly delayMs?: FetchPlace['delayMs'];
}

/** Telling the readers costs about as much as attaching a chunk: twice a second is enough. */
const TELL_EVERY_MS = 450;
const PUBLISH_GAP_MS = 100;
/** Between two looks at a chunk that somebody else holds. */
const HELD_CHUNK_MS = 1_000;
/** Objects that vanish between being stored and being attached do so once in a blue moon, and not time and again. */
const ATTACH_ATTEMPTS = 3;

/** The activity that fetches the files of jobs that have many. */
export function createBulkIngestActivities(dependencies: BulkIngestDependencies): BulkIngestSliceActivities {
  const { store, steps, seal, maxAttempts, window, perHost, delayMs = nextAttemptDelayMs, log, now } = dependencies;
  const { db } = store;
  const lanes = createLanes(window);
  const hosts = createHostLanes(perHost);
  const health = new Map<string, HostHealth>();
  return {
    ingestFiles: (request) => withFaultNotes({ db, log, now }, request.token, () => work(request)),
  };

  async function work({ token }: SliceRequest): Promise<SliceResult> {
    const job = inProject(await requireJob(db, token));
    const seen = health.get(token) ?? createHostHealth();
    health.set(token, seen);
    const staged = new Set<string>();
    const share = lanes.join(job.project.uuid);
    try {
      const waiting = await readWaitingChunks(db, job.id);
      const notes = {
        everyMs: TELL_EVERY_MS,
        tell: async () => {
          await publishProgress(db, job.id, now(), PUBLISH_GAP_MS);
        },
        details: () => ({ staged: staged.size }),
      };
      const run: WindowWork['run'] = (chunk, inLanes, signal) => doChunk({ job, seen, staged }, chunk, inLanes, signal);
      const result = await underControl(db, job.id, notes, (signal) =>
        workWindow({ waiting, run, health: seen, lanes: share, hosts, files: window }, signal),
      );
      return await settle(job, result.kind === 'stopped' || result.value);
    } finally {
      share.leave();
      await tidy(job, staged);
    }
  }

  interface Place {
    readonly job: ProjectJob;
    readonly seen: HostHealth;
    /** Files on the disk of this worker whose chunk is not through. */
    readonly staged: Set<string>;
  }

  async function doChunk(
    { job, seen, staged }: Place,
    { no }: WaitingChunk,
    { lanes: inLanes, hosts: withHosts, opened }: WindowLanes,
    signal: AbortSignal,
  ): Promise<'done' | 'stopped'> {
    const files = await readChunkFiles(db, job.id, no).finally(opened);
    if (files.length === 0) return 'done';
    const place: FetchPlace = {
      ...{ steps, maxAttempts, delayMs, health: seen, lanes: inLanes, hosts: withHosts, project: job.project.uuid },
      countAttempt: (ingestId) => countAttempt(db, ingestId, now()),
    };
    const stagedIdOf = ({ ingest }: ChunkFile) => toStagedId(job.token, ingest.line);
    const fetchOne = (file: ChunkFile, ended: AbortSignal): FileOutcome | Promise<FileOutcome> => {
      const { ingest, host } = file;
      const { id: ingestId, assetUuid, attempts } = ingest;
      // It was bad from the start.
      if (ingest.code !== null) return { kind: 'failed', ingestId, code: ingest.code };
      const url = ingest.urlSealed === null ? null : seal.open(ingest.urlSealed, assetUuid);
      if (url === null) return { kind: 'failed', ingestId, code: 'address_lost' };
      const stagedId = stagedIdOf(file);
      staged.add(stagedId);
      return fetchFile({ ingestId, stagedId, url, host: host ?? '', attempts }, place, ended);
    };
    const fetchAll = (these: readonly ChunkFile[]) =>
      allOrNone(signal, (ended) => these.map(async (file) => fetchOne(file, ended)));
    const owner = { jobId: job.id, projectId: job.project.id, requestedBy: job.owner.id };
    let outcomes: readonly FileOutcome[] = await fetchAll(files);
    for (let attempt = 1; ; attempt += 1) {
      const result = await attachIngests(db, owner, no, outcomes, (keys) => steps.findObjects(keys), now());
      if (result.kind === 'stopped') return 'stopped';
      if (result.kind !== 'missing') break;
      if (attempt === ATTACH_ATTEMPTS)
        throw new Error(`objects of chunk ${String(no)} of job ${job.token} are missing`);
      const missing = new Set(result.ingestIds);
      const again = await fetchAll(files.filter(({ ingest }) => missing.has(ingest.id)));
      outcomes = [...outcomes.filter(({ ingestId }) => !missing.has(ingestId)), ...again];
    }
    await discard(files.map(stagedIdOf), staged);
    return 'done';
  }

  async function discard(ids: Iterable<string>, staged: Set<string>): Promise<void> {
    await Promise.all(
      [...ids].map(async (id) => {
        if (staged.delete(id)) await steps.discard(id);
      }),
    );
  }

  /** Where the job stands after a slice. The readers need not wait for the workflow to hear that nothing is left. */
  async function settle(job: ProjectJob, more: boolean): Promise<SliceResult> {
    const ended = more ? null : await finishJob(db, job.id, now());
    if (ended !== null) return { ...ended, more: false };
    const { control, ...standing } = await readStanding(db, job.id);
    // Whoever cancelled it may have been killed before the job was ended.
    if (control === 'cancel' && !isEnded(standing.state)) {
      const cancelled = { state: 'cancelled', outcome: 'cancelled', error: null } as const;
      return { ...(await endJob(db, job.id, cancelled, now())), more: false };
    }
    if (more || standing.state !== 'running') return { ...standing, more };
    // Another worker, which was given up, may be in the middle of a chunk.
    const isHeld = (await countWaitingChunks(db, job.id)).size > 0;
    if (isHeld) await sleep(HELD_CHUNK_MS);
    return { ...standing, more: isHeld };
  }

  /** A job that goes on may need what lies on this disk; one that has ended needs nothing any more. */
  async function tidy(job: ProjectJob, staged: Set<string>): Promise<void> {
    const control = await readControl(db, job.id);
    if (control === 'ended') health.delete(job.token);
    if (control === 'ended' || control === 'cancel') await discard([...staged], staged);
  }
}

/** The results of all of them; when one fails the others are aborted, and have ended when its fault is thrown. */
async function allOrNone<T>(
  signal: AbortSignal,
  begin: (ended: AbortSignal) => readonly Promise<T>[],
): Promise<readonly T[]> {
  const halt = new AbortController();
  const ended = AbortSignal.any([signal, halt.signal]);
  // Each of them listens, several times over.
  setMaxListeners(0, ended);
  const work = begin(ended);
  try {
    return await Promise.all(work);
  } catch (error) {
    halt.abort(error);
    await Promise.allSettled(work);
    throw error;
  }
}
