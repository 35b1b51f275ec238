import type { Logger } from 'pino';
import type { WorkflowStarter } from '../dispatch';
import type { Store } from '../store/database';

/** What the activities need of the world. */
export interface ActivityDependencies {
  readonly store: Store;
  readonly starter: WorkflowStarter;
  readonly log: Logger;
  readonly now: () => Date;
  readonly syncEventRetentionDays: number;
}
