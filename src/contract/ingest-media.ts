import type { IngestStep } from '../domain/ingest-media';
import type { IngestMediaInput } from '../schemas/ingest-media';
import type { OpenedJob, SliceResult } from './job';

export type { IngestMediaInput } from '../schemas/ingest-media';

/** The Workflow Types that fetch files from addresses; the Workflow Id is the job token. */
export const INGEST_MEDIA_WORKFLOW = 'ingestMediaWorkflow';
export const BULK_INGEST_MEDIA_WORKFLOW = 'bulkIngestMediaWorkflow';

/** A job of one file, and the step with which it begins or goes on. */
export interface OpenedIngest extends OpenedJob {
  readonly step: IngestStep;
}

/** What a step is about: everything else lies in the store. */
export interface IngestRequest {
  readonly token: string;
}

/** A step that ended; the step to go on with is an earlier one when its bytes are no more, and the same after a pause. */
export interface IngestStepResult extends SliceResult {
  readonly next: IngestStep;
}

/**
 * The steps of one file, an activity each; they run on the Task Queue for ingestion. Each may be repeated without harm.
 * One that finds that the file cannot be had fails the job for good, with the code as the type of its failure.
 */
export interface IngestStepActivities {
  downloadMedia(request: IngestRequest): Promise<IngestStepResult>;
  checkMedia(request: IngestRequest): Promise<IngestStepResult>;
  storeMedia(request: IngestRequest): Promise<IngestStepResult>;
  probeMedia(request: IngestRequest): Promise<IngestStepResult>;
  previewMedia(request: IngestRequest): Promise<IngestStepResult>;
  attachMedia(request: IngestRequest): Promise<IngestStepResult>;
}

/** How such a job begins: this one runs beside the workflows, on the Task Queue for the store. */
export interface IngestOpeningActivities {
  /** Validates the input, makes the job's row unless it is there, and checks the rights of the requester. */
  openIngestMedia(input: IngestMediaInput): Promise<OpenedIngest>;
}
