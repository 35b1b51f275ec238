import type { AssetActions } from '../asset-actions';
import type { JobRoutesDependencies } from '../dialects/jobs/dependencies';
import type { MediaLinks } from '../media-links';
import type { Sessions } from '../session';

/** What the pages are built with. */
export interface PagesDependencies extends Pick<JobRoutesDependencies, 'db' | 'links' | 'dispatcher' | 'now'> {
  readonly sessions: Sessions;
  readonly assetActions: Pick<AssetActions, 'restore'>;
  readonly mediaLinks: Pick<MediaLinks, 'sign'>;
  /** The follow-ups of these jobs are to look into the store again. Returns at once and never throws. */
  readonly onReviewChanged: (tokens: readonly string[]) => void;
  /** How long things stay in the trash, in ms. */
  readonly trashRetentionMs: number;
}
