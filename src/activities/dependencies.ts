import type { Logger } from 'pino';
import type { WorkflowKeeper } from '../dispatch';
import type { JudgeUrl } from '../domain/bulk-ingest';
import type { ObjectStore } from '../objects/object-store';
import type { Store } from '../store/database';
import type { UrlSeal } from '../store/url-seal';

/** How long what grows is kept after its time, in ms; null: for ever. */
export interface Retention {
  /** Details of a job, from its end on. */
  readonly jobMs: number | null;
  /** What happened to assets, and who has visited shares. */
  readonly historyMs: number | null;
}

/** What the activities need of the world. */
export interface ActivityDependencies {
  readonly store: Store;
  readonly objects: ObjectStore;
  readonly keeper: WorkflowKeeper;
  readonly log: Logger;
  readonly now: () => Date;
  readonly syncEventRetentionDays: number;
  readonly trashRetentionMs: number;
  readonly retention: Retention;
}

/** What those need besides that begin and end jobs of files. */
export interface FileJobDependencies {
  /** Of addresses that users give. */
  readonly judgeUrl: JudgeUrl;
  readonly urlSeal: Pick<UrlSeal, 'seal'>;
  /** Takes a file that is not needed any more from the disk of this worker. */
  readonly discardStaged: (stagedId: string) => Promise<void>;
}
