import { pino } from 'pino';
import type { ActivityDependencies } from '../../src/activities/dependencies';
import type { Store } from '../../src/store/database';
import { createMemoryObjectStore } from './memory-object-store';

/** What activities need, on a real store, where no workflow is started and nobody has to be woken. */
export function createActivityDependencies(store: Store): ActivityDependencies {
  return {
    store,
    keeper: {
      start: () => Promise.reject(new Error('nothing is started here')),
      wake: () => Promise.resolve(),
      standingOf: () => Promise.resolve('running'),
    },
    log: pino({ level: 'silent' }),
    now: () => new Date(),
    objects: createMemoryObjectStore(),
    syncEventRetentionDays: 30,
    trashRetentionMs: 14 * 86_400_000,
    retention: { jobMs: 90 * 86_400_000, historyMs: null },
  };
}
