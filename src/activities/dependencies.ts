import type { Logger } from 'pino';
import type { WorkflowKeeper } from '../dispatch';
import type { Store } from '../store/database';

/** What the activities need of the world. */
export interface ActivityDependencies {
  readonly store: Store;
  readonly keeper: WorkflowKeeper;
  readonly log: Logger;
  readonly now: () => Date;
  readonly syncEventRetentionDays: number;
}
