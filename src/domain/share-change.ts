import type { SharePermission, ShareStatus, ShareType } from './share';
import { isExpired, noticeAt } from './share';

/** What of a share can be changed. Ids are of the store. */
export interface ShareState {
  readonly name: string | null;
  readonly message: string | null;
  readonly timeZone: string;
  readonly type: ShareType;
  readonly permissions: readonly SharePermission[];
  readonly status: ShareStatus;
  readonly durationHours: number | null;
  readonly expiresAt: Date | null;
  readonly passwordHash: string | null;
}

/** What a caller wants changed: what is absent stays. */
export interface ShareChange {
  readonly name?: string | null | undefined;
  readonly message?: string | null | undefined;
  readonly timeZone?: string | undefined;
  readonly type?: ShareType | undefined;
  readonly permissions?: readonly SharePermission[] | undefined;
  readonly passwordHash?: string | null | undefined;
  readonly expiry?: { readonly expiresAt: Date | null; readonly durationHours: number | null } | undefined;
  readonly revoke?: boolean | undefined;
}

export type ShareChangeVerdict =
  | { readonly kind: 'refused' }
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'change';
      readonly to: ShareState;
      /** Undefined: the notice stays as it is, told or not. */
      readonly notice: Date | null | undefined;
      /** Who was let in before must be asked again. */
      readonly narrows: boolean;
    };

/**
 * What becomes of a share by a change at the instant `now`. A revoked one stays as it is: it may be revoked again, which
 * changes nothing, and all else is refused. One that has expired opens again when its expiry is moved.
 */
export function decideShareChange(share: ShareState, change: ShareChange, now: Date): ShareChangeVerdict {
  if (share.status === 'revoked') return change.revoke === true ? { kind: 'unchanged' } : { kind: 'refused' };
  const { expiry } = change;
  const expiresAt = expiry === undefined ? share.expiresAt : expiry.expiresAt;
  const moved = expiresAt?.getTime() !== share.expiresAt?.getTime();
  const to: ShareState = {
    name: change.name === undefined ? share.name : change.name,
    message: change.message === undefined ? share.message : change.message,
    timeZone: change.timeZone ?? share.timeZone,
    type: change.type ?? share.type,
    permissions: change.permissions ?? share.permissions,
    status: change.revoke === true ? 'revoked' : reopened(share.status, expiresAt, now),
    durationHours: expiry === undefined ? share.durationHours : expiry.durationHours,
    expiresAt,
    passwordHash: change.passwordHash === undefined ? share.passwordHash : change.passwordHash,
  };
  if (isSame(share, to)) return { kind: 'unchanged' };
  return { kind: 'change', to, notice: moved ? noticeAt(expiresAt, now) : undefined, narrows: isNarrower(share, to) };
}

function reopened(status: ShareStatus, expiresAt: Date | null, now: Date): ShareStatus {
  return status === 'expired' && !isExpired({ expiresAt }, now) ? 'active' : status;
}

function isSame(from: ShareState, to: ShareState): boolean {
  const keys = Object.keys(to) as (keyof ShareState)[];
  return keys.every((key) => JSON.stringify(from[key]) === JSON.stringify(to[key]));
}

function isNarrower(from: ShareState, to: ShareState): boolean {
  const endOf = ({ expiresAt }: ShareState) => expiresAt?.getTime() ?? Infinity;
  return (
    to.status === 'revoked' ||
    endOf(to) < endOf(from) ||
    from.permissions.some((permission) => !to.permissions.includes(permission)) ||
    (to.passwordHash !== null && to.passwordHash !== from.passwordHash) ||
    (from.type === 'link' && to.type === 'user')
  );
}
