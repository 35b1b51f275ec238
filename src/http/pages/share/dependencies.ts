import type { ObjectStore } from '../../../objects/object-store';
import type { Database } from '../../../store/database';
import type { ReadAt } from '../../../store/share-page';
import type { Sessions } from '../../session';
import type { SharePasswords } from '../../share-password';
import type { ShareKeys } from './unlock';

export interface SharePagesDependencies {
  readonly db: Database;
  readonly objects: Pick<ObjectStore, 'stat' | 'read'>;
  readonly sessions: Sessions;
  readonly passwords: SharePasswords;
  readonly keys: ShareKeys;
  /** Of unlocks and delays. */
  readonly now: () => Date;
  /** By which shares are judged; null for the clock of the store. */
  readonly readAt: () => ReadAt;
}

/** Of every route here: the link is what lets in. */
export const open = { config: { public: true } };
