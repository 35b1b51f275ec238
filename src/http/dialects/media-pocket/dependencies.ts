import type { Dispatcher } from '../../../dispatch';
import type { Store } from '../../../store/database';

export interface MediaPocketDependencies {
  readonly store: Store;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  readonly now: () => Date;
}
