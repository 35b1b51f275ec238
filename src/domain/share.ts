/** What a share lets its readers do; `view` is part of every one. */
export const SHARE_PERMISSIONS = ['view', 'download', 'comment'] as const;
export type SharePermission = (typeof SHARE_PERMISSIONS)[number];

/** `link`: whoever has the link; `user`: who has it and is logged in as one of those named. */
export const SHARE_TYPES = ['link', 'user'] as const;
export type ShareType = (typeof SHARE_TYPES)[number];

export const SHARE_STATUSES = ['active', 'expired', 'revoked'] as const;
export type ShareStatus = (typeof SHARE_STATUSES)[number];

/** How long before the expiry its owner is told of it. */
export const SHARE_NOTICE_MS = 24 * 3_600_000;

/** When the owner is to be told of an expiry: 24 hours before it, where that is still ahead; else null. */
export function noticeAt(expiresAt: Date | null, now: Date): Date | null {
  if (expiresAt === null) return null;
  const at = expiresAt.getTime() - SHARE_NOTICE_MS;
  return at > now.getTime() ? new Date(at) : null;
}

/** True from the very instant of its expiry, whatever the store has noted by then. */
export function isExpired(share: { readonly expiresAt: Date | null }, now: Date): boolean {
  return share.expiresAt !== null && share.expiresAt.getTime() <= now.getTime();
}

/** The status as it is at that instant: what follows an expiry may be some moments late. */
export function statusAt(
  share: { readonly status: ShareStatus; readonly expiresAt: Date | null },
  now: Date,
): ShareStatus {
  if (share.status !== 'active') return share.status;
  return isExpired(share, now) ? 'expired' : 'active';
}

/** Permissions in their order, each once, `view` always among them. */
export function toPermissions(asked: readonly SharePermission[]): readonly SharePermission[] {
  return SHARE_PERMISSIONS.filter((permission) => permission === 'view' || asked.includes(permission));
}

/** The link that opens a share, for people. `publicUrl` has no slash at its end. */
export function toShareLink(publicUrl: string, token: string): string {
  return `${publicUrl}/s/${token}`;
}

/** What the readers of a project's sync hear of a share: nothing that opens it, and not what it is called. */
export interface ShareEventData {
  readonly project_gid: string;
  readonly status: ShareStatus;
  /** RFC 3339 in UTC; null for never. */
  readonly expires_at: string | null;
}

export function toShareEventData(share: {
  readonly projectUuid: string;
  readonly status: ShareStatus;
  readonly expiresAt: Date | null;
}): ShareEventData {
  return {
    project_gid: share.projectUuid,
    status: share.status,
    expires_at: share.expiresAt?.toISOString() ?? null,
  };
}
