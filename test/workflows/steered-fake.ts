import type { Activities } from '../../src/contract/activities';
import { createFakeActivities } from './fake-activities';

/** A store in which somebody pauses and resumes; a paused one moves nothing. */
export function createSteeredFake(files: number) {
  const fake = createFakeActivities({ folders: 0, files });
  const store = { paused: false, opens: 0 };
  const state = () => (store.paused ? ('paused' as const) : ('running' as const));
  const activities: Activities = {
    ...fake.activities,
    openBulkMove: async (input) => {
      store.opens += 1;
      return { ...(await fake.activities.openBulkMove(input)), state: state() };
    },
    moveChunks: async (request) => {
      const before = await fake.activities.controlJob({ token: '', action: 'pause', by: null });
      if (store.paused) return { state: 'paused', counts: before.counts, more: true };
      return fake.activities.moveChunks(request);
    },
    controlJob: async (request) => {
      store.paused = request.action === 'pause';
      return { ...(await fake.activities.controlJob(request)), state: state() };
    },
  };
  return { ...fake, activities, store };
}
