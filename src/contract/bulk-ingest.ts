import type { BulkIngestInput } from '../schemas/bulk-ingest';
import type { OpenedJob, SliceRequest, SliceResult } from './job';

export type { BulkIngestInput } from '../schemas/bulk-ingest';

/** What workflows may ask of a worker of the Task Queue for ingestion. */
export interface BulkIngestSliceActivities {
  /** Fetches and attaches chunks of files for about five seconds; longer while one of them is held up. */
  ingestFiles(request: SliceRequest): Promise<SliceResult>;
}

/** And of the worker beside the workflows. */
export interface BulkIngestOpeningActivities {
  /** Validates the input, makes the row of a retry unless it is there, checks the requester, and makes the chunks, once. */
  openBulkIngest(input: BulkIngestInput): Promise<OpenedJob>;
}
