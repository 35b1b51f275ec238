import { toKey } from '../domain/names';
import { grouped } from '../domain/job-words';
import { statusAt } from '../domain/share';
import type { ShareRecord } from '../store/share-reading';
import { toJsonId } from './command';
import { shortInstant } from './instant';
import { oneLine } from './screen';
import { toTable } from './table';

/** The form of {@link toShareJson}, for the help. */
export const SHARE_JSON =
  '{"id", "uuid", "key", "name", "status": "active" | "expired" | "revoked", "type", "permissions", "project", "owner", ' +
  '"created_at", "expires_at", "revoked_at", "has_password", "asset_count": <n shown>, "recipient_count": <n>}';

/** A share for scripts; `status` as it is at the instant `now`, instants as ISO texts. Nothing in it opens the share. */
export function toShareJson(share: ShareRecord, now: Date) {
  const { id, uuid, name, type, permissions, projectUuid, projectName, ownerUuid, ownerEmail } = share;
  return {
    id: toJsonId(id),
    uuid,
    key: toKey(uuid),
    name,
    status: statusAt(share, now),
    type,
    permissions,
    project: projectUuid === null ? null : { uuid: projectUuid, name: projectName },
    owner: { uuid: ownerUuid, email: ownerEmail },
    created_at: share.createdAt.toISOString(),
    expires_at: share.expiresAt?.toISOString() ?? null,
    revoked_at: share.revokedAt?.toISOString() ?? null,
    has_password: share.passwordHash !== null,
    asset_count: countShown(share),
    recipient_count: share.recipients.length,
  };
}

/** The assets that it shows now: what was withdrawn stays listed. */
export function countShown({ contents }: ShareRecord): number {
  return contents.filter(({ withdrawnAt }) => withdrawnAt === null).length;
}

const HEADER = ['UUID', 'STATUS', 'EXPIRES', 'ASSETS', 'RECIPIENTS', 'OWNER', 'PROJECT', 'NAME'];

/** Shares for people: a table. */
export function toShareLines(shares: readonly ShareRecord[], now: Date): string[] {
  const rows = shares.map((share) => [
    share.uuid,
    statusAt(share, now),
    share.expiresAt === null ? 'never' : shortInstant(share.expiresAt),
    grouped(countShown(share)),
    grouped(share.recipients.length),
    oneLine(share.ownerEmail),
    oneLine(share.projectName ?? '-'),
    oneLine(share.name ?? '-'),
  ]);
  return toTable(HEADER, rows);
}
