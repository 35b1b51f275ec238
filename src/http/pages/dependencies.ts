import type { AssetActions } from '../asset-actions';
import type { JobRoutesDependencies } from '../dialects/jobs/dependencies';
import type { Sessions } from '../session';

/** What the pages are built with. */
export interface PagesDependencies extends Pick<JobRoutesDependencies, 'db' | 'links' | 'dispatcher' | 'now'> {
  readonly sessions: Sessions;
  readonly assetActions: Pick<AssetActions, 'restore'>;
  /** How long things stay in the trash, in ms. */
  readonly trashRetentionMs: number;
}
