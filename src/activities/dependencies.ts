import type { Logger } from 'pino';
import type { WorkflowKeeper } from '../dispatch';
import type { ObjectStore } from '../objects/object-store';
import type { Store } from '../store/database';

/** What the activities need of the world. */
export interface ActivityDependencies {
  readonly store: Store;
  readonly objects: ObjectStore;
  readonly keeper: WorkflowKeeper;
  readonly log: Logger;
  readonly now: () => Date;
  readonly syncEventRetentionDays: number;
  readonly trashRetentionMs: number;
}
