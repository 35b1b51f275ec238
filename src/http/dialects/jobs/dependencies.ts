import type { Dispatcher } from '../../../dispatch';
import type { Database } from '../../../store/database';
import type { CredentialVerifier } from '../../credential-verifier';
import type { SyncHub } from '../../sync-hub';
import type { JobLinks } from './job-answer';

/** What the routes of the jobs API are built with. */
export interface JobRoutesDependencies {
  readonly db: Database;
  readonly links: JobLinks;
  readonly dispatcher: Pick<Dispatcher, 'dispatch' | 'nudge'>;
  /** Wakes who waits for news of a job. */
  readonly hub: SyncHub;
  /** Asked again in long conversations: a token may expire, a key be revoked. */
  readonly credentials: CredentialVerifier;
  readonly now: () => Date;
}
