import type { Dispatcher } from '../../../dispatch';
import type { JudgeUrl } from '../../../domain/bulk-ingest';
import type { ObjectStore } from '../../../objects/object-store';
import type { Store } from '../../../store/database';
import type { UrlSeal } from '../../../store/url-seal';
import type { JobLinks } from '../../../domain/job-answer';
import type { CredentialVerifier } from '../../credential-verifier';
import type { MediaLinks } from '../../media-links';
import type { SyncHub } from '../../sync-hub';

export interface MediaPocketDependencies {
  readonly store: Store;
  readonly objects: Pick<ObjectStore, 'name' | 'stat'>;
  readonly mediaLinks: Pick<MediaLinks, 'sign'>;
  /** Of addresses that callers give. */
  readonly judgeUrl: JudgeUrl;
  readonly urlSeal: Pick<UrlSeal, 'seal'>;
  readonly dispatcher: Pick<Dispatcher, 'dispatch' | 'nudge'>;
  /** Wakes who waits for news of a run. */
  readonly hub: SyncHub;
  /** Asked again in long conversations. */
  readonly credentials: CredentialVerifier;
  readonly links: Pick<JobLinks, 'publicUrl'>;
  readonly now: () => Date;
}
