import type { Database } from '../../../store/database';

export interface StrawberryDependencies {
  readonly db: Database;
  readonly now: () => Date;
}
