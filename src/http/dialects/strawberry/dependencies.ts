import type { Dispatcher } from '../../../dispatch';
import type { Database } from '../../../store/database';

export interface StrawberryDependencies {
  readonly db: Database;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  readonly now: () => Date;
}
