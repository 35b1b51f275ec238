import type { HistoryKind } from './history';
import type { ReviewAnswer, ReviewStatus } from './review';

/** Something that has a key and a title. Both are null when it is gone, or when the reader may not see it. */
export interface NamedThing {
  /** Of the store. */
  readonly id: string;
  readonly uuid: string | null;
  readonly title: string | null;
}

/** One entry of history with what it tells of, as far as the reader may know of it. */
export interface HistoryLine {
  readonly id: string;
  /** Null: nobody, such as a schedule. */
  readonly actorId: string | null;
  readonly kind: HistoryKind;
  readonly at: Date;
  readonly asset: NamedThing;
  /** The project in which it happened; null outside any. */
  readonly project: NamedThing | null;
  /** The folder that the asset left; null for the root of the project. */
  readonly from: NamedThing | null;
  /** The folder into which it came; null for the root of the project. */
  readonly to: NamedThing | null;
  readonly collection: NamedThing | null;
  readonly details: HistoryDetails | null;
}

/** What entries keep beside their columns: each kind its own. */
export interface HistoryDetails {
  readonly comment_id?: number;
  readonly media?: readonly { readonly id: number; readonly filename: string }[];
  readonly share?: { readonly id: number; readonly uuid: string; readonly name: string | null };
  readonly review?: ReviewDetails;
}

/** What entries tell of a review, each what belongs to it. */
export interface ReviewDetails {
  /** Of the request; ids are of the store. */
  readonly id: number;
  /** Whose answer it is, or who gained or lost the right to give one. */
  readonly approver?: number;
  /** What the approver said, or where the request as a whole stands now. */
  readonly answer?: ReviewAnswer;
  readonly status?: ReviewStatus;
  /** Why approval was forced. */
  readonly reason?: string | null;
}

export type HistoryTarget =
  | { readonly type: 'Asset' | 'Folder' | 'Project' | 'Collection'; readonly thing: NamedThing }
  | { readonly type: 'Comment'; readonly id: number }
  | { readonly type: 'Media'; readonly id: number; readonly filename: string }
  | { readonly type: 'Share' | 'Review'; readonly id: number };

/** What an entry tells of: the asset first, then where it went from and to, or what was done with it. */
export function toHistoryTargets(line: HistoryLine): readonly HistoryTarget[] {
  const asset: HistoryTarget = { type: 'Asset', thing: line.asset };
  return [asset, ...furtherTargets(line)];
}

function furtherTargets(line: HistoryLine): readonly HistoryTarget[] {
  const { project, from, to, collection, details } = line;
  switch (line.kind) {
    case 'moved':
      return [...toPlace(from, project), ...toPlace(to, project)];
    case 'restored':
      // Where its folder was gone, it came back under the root of the project.
      if (to !== null) return [{ type: 'Folder', thing: to }];
      return from === null ? [] : [{ type: 'Folder', thing: from }, ...toPlace(null, project)];
    case 'assigned':
    case 'unassigned':
      return toPlace(null, project);
    case 'commented':
    case 'comment_updated':
    case 'comment_deleted':
      return details?.comment_id === undefined
        ? []
        : [{ type: 'Comment', id: details.comment_id }, ...ofShare(details)];
    case 'collected':
    case 'uncollected':
      return collection === null ? [] : [{ type: 'Collection', thing: collection }];
    case 'media_added':
    case 'media_removed':
      return (details?.media ?? []).map(({ id, filename }) => ({ type: 'Media', id, filename }));
    case 'share_created':
    case 'share_updated':
    case 'share_revoked':
    case 'share_expired':
      return ofShare(details);
    case 'review_requested':
    case 'review_answered':
    case 'review_decided':
    case 'review_cancelled':
    case 'review_superseded':
    case 'review_forced':
    case 'reviewer_lost':
    case 'reviewer_added':
      return details?.review === undefined ? [] : [{ type: 'Review', id: details.review.id }];
    case 'shared':
    case 'unshared':
    case 'added':
    case 'updated':
    case 'trashed':
    case 'deleted':
      return [];
  }
}

function ofShare(details: HistoryDetails | null): readonly HistoryTarget[] {
  return details?.share === undefined ? [] : [{ type: 'Share', id: details.share.id }];
}

function toPlace(folder: NamedThing | null, project: NamedThing | null): readonly HistoryTarget[] {
  if (folder !== null) return [{ type: 'Folder', thing: folder }];
  return project === null ? [] : [{ type: 'Project', thing: project }];
}
