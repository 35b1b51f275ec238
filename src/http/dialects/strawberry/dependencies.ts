import type { Dispatcher } from '../../../dispatch';
import type { Database } from '../../../store/database';

export interface StrawberryDependencies {
  readonly db: Database;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  /** The follow-ups of these jobs are to look into the store again. Returns at once and never throws. */
  readonly onReviewChanged: (tokens: readonly string[]) => void;
  readonly now: () => Date;
}
