import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../src/contract/activities';
import { createFakeActivities, refuse } from '../workflows/fake-activities';
import { createFakeIngest } from '../workflows/fake-ingest';
import { ended, type Scene, untilCancelled, untilRunning, untilState } from './scene';

const BULK_INGEST = 'bulkIngestMediaWorkflow';

/** Files from addresses: one of them, and many. */
export const INGEST_SCENES: readonly Scene[] = [
  { name: 'ingest-media-done', type: 'ingestMediaWorkflow', activities: () => createFakeIngest() },
  {
    name: 'ingest-media-sent-back',
    type: 'ingestMediaWorkflow',
    activities: () => createFakeIngest({ attach: async (times) => (times === 1 ? { state: 'running', next: 'store', more: true } : null) }), // prettier-ignore
  },
  {
    name: 'ingest-media-rejected',
    type: 'ingestMediaWorkflow',
    activities: () => createFakeIngest({}, { openIngestMedia: async () => refuse('file_url: is required', 'InputInvalid') }), // prettier-ignore
  },
  {
    name: 'ingest-media-failed',
    type: 'ingestMediaWorkflow',
    activities: () => createFakeIngest({ download: () => refuse('The server does not have the file.', 'http_not_found') }), // prettier-ignore
  },
  {
    name: 'ingest-media-retried',
    type: 'ingestMediaWorkflow',
    activities: () =>
      createFakeIngest({
        download: async (times) => {
          if (times > 2) return null;
          throw ApplicationFailure.create({
            message: 'attempt failed',
            type: 'http_server_error',
            nextRetryDelay: 100,
          });
        },
      }),
  },
  {
    name: 'ingest-media-paused',
    type: 'ingestMediaWorkflow',
    activities: () => createFakeIngest({ download: async () => ({ state: 'paused', next: 'download' }) }),
    act: (handle) => untilState(handle, 'paused'),
  },
  {
    name: 'ingest-media-resumed',
    type: 'ingestMediaWorkflow',
    activities: () => createFakeIngest({ download: async (times) => (times === 1 ? { state: 'paused', next: 'download' } : null) }), // prettier-ignore
    act: async (handle) => {
      await untilState(handle, 'paused');
      await handle.executeUpdate('resume');
      await ended(handle);
    },
  },
  {
    name: 'ingest-media-running',
    type: 'ingestMediaWorkflow',
    activities: () => createFakeIngest({ download: untilCancelled }),
    act: untilRunning,
  },
  {
    name: 'ingest-media-cancelled',
    type: 'ingestMediaWorkflow',
    activities: () => createFakeIngest({ download: untilCancelled }),
    act: async (handle) => {
      await untilRunning(handle);
      await handle.cancel();
      await ended(handle);
    },
  },
  {
    name: 'bulk-ingest-done',
    type: BULK_INGEST,
    activities: () => createFakeActivities({ folders: 0, files: 3 }).activities,
  },
  {
    name: 'bulk-ingest-continued',
    type: BULK_INGEST,
    activities: () => createFakeActivities({ folders: 0, files: 60 }).activities,
  },
  {
    name: 'bulk-ingest-rejected',
    type: BULK_INGEST,
    activities: () =>
      createFakeActivities({ folders: 0, files: 1 }, { openBulkIngest: async () => refuse('project: requested_by may not write in it', 'Forbidden') }).activities, // prettier-ignore
  },
  {
    name: 'bulk-ingest-retried',
    type: BULK_INGEST,
    activities: () => {
      const fake = createFakeActivities({ folders: 0, files: 1 });
      let faults = 0;
      const moveChunks: Activities['moveChunks'] = async (request) => {
        faults += 1;
        if (faults === 1) throw new Error('the object store is away');
        return fake.activities.moveChunks(request);
      };
      return { ...fake.activities, moveChunks };
    },
  },
  {
    name: 'bulk-ingest-resumed',
    type: BULK_INGEST,
    activities: () => {
      const fake = createFakeActivities({ folders: 0, files: 2 });
      let slices = 0;
      const moveChunks: Activities['moveChunks'] = async (request) => {
        slices += 1;
        const result = await fake.activities.moveChunks(request);
        return slices === 1 ? { ...result, state: 'paused' } : result;
      };
      return { ...fake.activities, moveChunks };
    },
    act: async (handle) => {
      await untilState(handle, 'paused');
      await handle.executeUpdate('resume');
      await ended(handle);
    },
  },
  {
    name: 'bulk-ingest-running',
    type: BULK_INGEST,
    activities: () => createFakeActivities({ folders: 0, files: 8 }, { moveChunks: untilCancelled }).activities,
    act: untilRunning,
  },
  {
    name: 'bulk-ingest-cancelled',
    type: BULK_INGEST,
    activities: () => createFakeActivities({ folders: 0, files: 8 }, { moveChunks: untilCancelled }).activities,
    act: async (handle) => {
      await untilRunning(handle);
      await handle.cancel();
      await ended(handle);
    },
  },
];
