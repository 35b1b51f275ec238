export { createLonghaulClient, type Abortable, type LonghaulClient, type LonghaulOptions } from './client';
export { answerOf, LonghaulError, type ErrorBody, type FieldFault } from './errors';
export { newIdempotencyKey, type Fetch } from './retries';
export { hasEnded, type Job, type Schemas, type SyncEvent } from './schemas';
export type { paths } from './generated/api';
