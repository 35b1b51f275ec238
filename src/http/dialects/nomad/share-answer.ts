import { z } from 'zod';
import { SHARE_DURATION_HOURS, SHARE_DURATIONS, type ShareDuration } from '../../../domain/share-expiry';
import { type SharePermission, statusAt } from '../../../domain/share';
import type { ShareRecord, ShareVisit } from '../../../store/share-reading';

const choice = z.object({ id: z.string(), description: z.string() });
const instant = z.string().describe('RFC 3339');

export const shareAnswer = z
  .object({
    id: z.string(),
    name: z.string().nullable(),
    sharedContents: z.array(z.string()).describe('The assets that it shows at this moment'),
    sharedDuration: choice.nullable(),
    sharedPermissions: z.array(choice),
    sharedType: z.string(),
    sharedStatus: z.string().describe('active, expired or revoked'),
    sharedDurationInHours: z.int().nullable(),
    sharedLink: z.string().nullable().describe('Only in the answer to the call that made it'),
    ownerId: z.string(),
    expirationDate: instant.nullable().describe('RFC 3339; null for never'),
    assetId: z.string().nullable().describe('null when the asset was deleted for good'),
    nomadUsers: z.array(z.object({ id: z.string().nullable(), email: z.string() })),
    hasPassword: z.boolean(),
    message: z.string().nullable(),
    timeZone: z.string(),
    createdAt: instant,
    updatedAt: instant,
    revokedAt: instant.nullable(),
    withdrawn: z
      .array(z.object({ assetId: z.string().nullable(), at: instant, reason: z.string() }))
      .describe('What it shows no more, and why: trashed, unshared or removed'),
  })
  .meta({ id: 'NomadShare' });

const DURATIONS: Readonly<Record<ShareDuration, string>> = {
  hour: '1 hour',
  day: '1 day',
  week: '1 week',
  month: '30 days',
  never: 'Never expires',
};

const PERMISSIONS: Readonly<Record<SharePermission, string>> = {
  view: 'View',
  download: 'Download',
  comment: 'Comment',
};

/** `link`: null but for the answer to the call that made the share. */
export function toShareAnswer(share: ShareRecord, link: string | null, now: Date): z.infer<typeof shareAnswer> {
  const duration = toDuration(share);
  return {
    id: share.uuid,
    name: share.name,
    sharedContents: share.contents.flatMap(({ uuid, withdrawnAt }) => (uuid === null || withdrawnAt !== null ? [] : [uuid])), // prettier-ignore
    sharedDuration: duration === null ? null : { id: duration, description: DURATIONS[duration] },
    sharedPermissions: share.permissions.map((id) => ({ id, description: PERMISSIONS[id] })),
    sharedType: share.type,
    sharedStatus: statusAt(share, now),
    sharedDurationInHours: share.durationHours,
    sharedLink: link,
    ownerId: share.ownerUuid,
    expirationDate: share.expiresAt?.toISOString() ?? null,
    assetId: share.assetUuid,
    nomadUsers: share.recipients.map(({ userUuid, email }) => ({ id: userUuid, email })),
    hasPassword: share.passwordHash !== null,
    message: share.message,
    timeZone: share.timeZone,
    createdAt: share.createdAt.toISOString(),
    updatedAt: share.updatedAt.toISOString(),
    revokedAt: share.revokedAt?.toISOString() ?? null,
    withdrawn: share.contents.flatMap(({ uuid, withdrawnAt, withdrawnReason }) =>
      withdrawnAt === null || withdrawnReason === null
        ? []
        : [{ assetId: uuid, at: new Date(withdrawnAt).toISOString(), reason: withdrawnReason }],
    ),
  };
}

/** Null where an end was said in another way than by one of the durations. */
function toDuration({ durationHours, expiresAt }: ShareRecord): ShareDuration | null {
  if (expiresAt === null) return 'never';
  return SHARE_DURATIONS.find((each) => durationHours !== null && SHARE_DURATION_HOURS[each] === durationHours) ?? null;
}

const nextCursor = z.string().nullable().describe('null at the end');

export const sharesAnswer = z.object({ shares: z.array(shareAnswer), nextCursor }).meta({ id: 'NomadShareList' });

const visit = z.object({
  at: instant,
  kind: z.string().describe('view, download, download_all or comment'),
  assetId: z.string().nullable(),
  addressHash: z.string().describe('Tells addresses apart without naming them'),
});

export const visitsAnswer = z.object({ visits: z.array(visit), nextCursor }).meta({ id: 'NomadShareVisits' });

export function toVisitAnswer({ at, kind, assetUuid, addressHash }: ShareVisit): z.infer<typeof visit> {
  return { at: at.toISOString(), kind, assetId: assetUuid, addressHash: addressHash.toString('hex') };
}
