import type { FileFacts, IngestStep } from '../domain/ingest-media';
import { MediaFault } from '../domain/media-fault';
import type { DownloadProgress } from '../outbound/download';
import type { StagedFile } from '../outbound/staging';
import type { IngestRecord } from '../store/ingests';
import type { IngestSteps, Noted } from './ingest-steps';

/** The one file of a job, at one of its steps. */
export interface WorkedFile {
  readonly ingest: IngestRecord;
  readonly stagedId: string;
  /** Null when its address is not kept any more, or cannot be opened. */
  readonly url: string | null;
}

/**
 * What came of a step: facts, with a note where there could be more; a fault of the file that leaves it usable; an
 * earlier step to go back to; or a code for which the file is given up.
 */
export type StepOutcome =
  | { readonly kind: 'found'; readonly facts: Partial<FileFacts>; readonly note: string | null }
  | { readonly kind: 'lacking'; readonly message: string }
  | { readonly kind: 'back'; readonly to: IngestStep }
  | { readonly kind: 'given_up'; readonly code: string };

export type StepWork = (
  file: WorkedFile,
  signal: AbortSignal,
  onProgress: (progress: DownloadProgress) => void,
) => Promise<StepOutcome>;

const found = (facts: Partial<FileFacts>, note: string | null = null): StepOutcome => ({ kind: 'found', facts, note });
const DOWNLOAD_AGAIN: StepOutcome = { kind: 'back', to: 'download' };
const CHECK_AGAIN: StepOutcome = { kind: 'back', to: 'check' };

type Identity = Pick<FileFacts, 'contentType' | 'mediaType' | 'objectKey'>;

/** The steps before the last one, over the plain functions. */
export function createStepWork(steps: IngestSteps): Readonly<Record<Exclude<IngestStep, 'attach'>, StepWork>> {
  return {
    async download({ stagedId, url }, signal, onProgress) {
      if (url === null) return { kind: 'given_up', code: 'address_lost' };
      return found(await steps.download({ id: stagedId, url }, signal, onProgress));
    },

    async check(file, signal) {
      const staged = await find(file, signal);
      return staged === null ? DOWNLOAD_AGAIN : found(await steps.check(staged, signal));
    },

    store: (file, signal) =>
      withBytes(file, signal, async (staged, identity) => {
        await steps.store(staged, identity, signal);
        return found({});
      }),

    probe: (file, signal) =>
      withBytes(file, signal, (staged, identity) => mayLack(() => steps.probe(staged, identity, signal))),

    previews: (file, signal) =>
      withBytes(file, signal, (staged, identity) => mayLack(() => steps.previews(staged, identity, signal))),
  };

  function find({ stagedId, ingest }: WorkedFile, signal: AbortSignal): Promise<StagedFile | null> {
    return steps.find(stagedId, ingest.facts.objectKey, signal);
  }

  async function withBytes(
    file: WorkedFile,
    signal: AbortSignal,
    work: (staged: StagedFile, identity: Identity) => Promise<StepOutcome>,
  ): Promise<StepOutcome> {
    const { contentType, mediaType, objectKey } = file.ingest.facts;
    if (contentType === undefined || mediaType === undefined || objectKey === undefined) return CHECK_AGAIN;
    const staged = await find(file, signal);
    return staged === null ? DOWNLOAD_AGAIN : work(staged, { contentType, mediaType, objectKey });
  }
}

/** A fault of the file in such a step leaves the file as usable as it is without it. */
async function mayLack(work: () => Promise<Noted<Partial<FileFacts>>>): Promise<StepOutcome> {
  try {
    const { facts, note } = await work();
    return found(facts, note);
  } catch (error) {
    if (error instanceof MediaFault) return { kind: 'lacking', message: error.message };
    throw error;
  }
}
