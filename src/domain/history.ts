/** Kinds of history entries, with the event type by which the Media Pocket API tells each of them. */
export const HISTORY_EVENT_TYPES = {
  added: 'ASSET_ADDED',
  updated: 'ASSET_UPDATED',
  moved: 'ASSET_MOVED',
  assigned: 'ASSET_ASSIGNED',
  unassigned: 'ASSET_UNASSIGNED',
  trashed: 'ASSET_TRASHED',
  restored: 'ASSET_RESTORED',
  deleted: 'ASSET_DELETED',
  commented: 'COMMENT_ADDED',
  comment_updated: 'COMMENT_UPDATED',
  comment_deleted: 'COMMENT_DELETED',
  collected: 'COLLECTION_ASSET_ADDED',
  uncollected: 'COLLECTION_ASSET_REMOVED',
  media_added: 'MEDIA_ADDED',
  media_removed: 'MEDIA_REMOVED',
  shared: 'ASSET_SHARED',
  unshared: 'ASSET_UNSHARED',
  share_created: 'SHARE_CREATED',
  share_updated: 'SHARE_UPDATED',
  share_revoked: 'SHARE_REVOKED',
  share_expired: 'SHARE_EXPIRED',
} as const;

export type HistoryKind = keyof typeof HISTORY_EVENT_TYPES;
