import type { Dispatcher } from '../../../dispatch';
import type { ObjectStore } from '../../../objects/object-store';
import type { Store } from '../../../store/database';
import type { MediaLinks } from '../../media-links';

export interface MediaPocketDependencies {
  readonly store: Store;
  readonly objects: Pick<ObjectStore, 'name' | 'stat'>;
  readonly mediaLinks: Pick<MediaLinks, 'sign'>;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  readonly now: () => Date;
}
