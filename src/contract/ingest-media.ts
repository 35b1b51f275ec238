/** The Workflow Types that fetch files from addresses; the Workflow Id is the job token. */
export const INGEST_MEDIA_WORKFLOW = 'ingestMediaWorkflow';
export const BULK_INGEST_MEDIA_WORKFLOW = 'bulkIngestMediaWorkflow';
