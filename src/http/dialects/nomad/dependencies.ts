import type { Database } from '../../../store/database';
import type { UrlSeal } from '../../../store/url-seal';
import type { SharePasswords } from '../../share-password';

export interface NomadDependencies {
  readonly db: Database;
  readonly passwords: Pick<SharePasswords, 'hash'>;
  /** Seals links that wait in the outbox. */
  readonly linkSeal: Pick<UrlSeal, 'seal'>;
  /** Without a slash at its end. */
  readonly publicUrl: string;
  /** Wakes what waits for the next expiry. Called after the commit; returns at once, and never throws. */
  readonly onShareChanged: () => void;
  readonly now: () => Date;
}
