import { z } from 'zod';
import { isTimeZone, SHARE_DURATIONS } from '../../../domain/share-expiry';
import { SHARE_PERMISSIONS, SHARE_TYPES } from '../../../domain/share';
import { MAX_PASSWORD_BYTES, MIN_PASSWORD_BYTES } from '../../share-password';

const MAX_CONTENTS = 1_000;
const MAX_RECIPIENTS = 100;
const MAX_NAME = 255;
const MAX_MESSAGE = 5_000;
const MAX_NAME_OF_THING = 64;
const INT32 = 2_147_483_647;

const thing = z.string().min(1).max(MAX_NAME_OF_THING);

/** The product sends `{id, description}`, people send the id. */
function choiceOf<const Id extends string>(ids: readonly [Id, ...Id[]]) {
  const choice = z.object({ id: z.enum(ids), description: z.string().nullish() });
  return z.union([z.enum(ids), choice], `must be one of ${ids.join(', ')}, or an object with that id`);
}

const recipient = z.union(
  [
    z.strictObject({ id: thing, email: z.null().optional() }),
    z.strictObject({ email: z.email().max(254), id: z.null().optional() }),
  ],
  'must be an object with either an id or an email',
);

const password = z.string().refine(
  (text) => {
    const bytes = Buffer.byteLength(text);
    return bytes >= MIN_PASSWORD_BYTES && bytes <= MAX_PASSWORD_BYTES;
  },
  `must have ${String(MIN_PASSWORD_BYTES)} to ${String(MAX_PASSWORD_BYTES)} bytes`,
);

const answered = z.unknown().optional().describe('Answered; ignored here');

/** The body of every call that makes or changes a share (the Nomad Media API, "share"). */
export const shareBody = z
  .strictObject({
    id: thing.nullish().describe('The share to change; null for a new one'),
    name: z.string().max(MAX_NAME).nullish(),
    sharedContents: z
      .array(thing)
      .max(MAX_CONTENTS)
      .nullish()
      .describe('Further assets of the same project; the asset of the path is always shown'),
    sharedDuration: choiceOf(SHARE_DURATIONS as [(typeof SHARE_DURATIONS)[number]])
      .nullish()
      .describe('hour, day (24 hours), week, month (30 days) or never, from now on'),
    sharedPermissions: z.array(choiceOf(SHARE_PERMISSIONS)).max(10).nullish().describe('view is always among them'),
    sharedType: choiceOf(SHARE_TYPES).nullish().describe('user: only for users whom nomadUsers names, logged in'),
    sharedStatus: choiceOf(['active', 'revoked']).nullish(),
    sharedDurationInHours: z.int().min(1).max(INT32).nullish(),
    sharedLink: z.string().nullish().describe('Answered; ignored here'),
    ownerId: thing.nullish().describe('The owner, who cannot be changed'),
    expirationDate: z
      .string()
      .max(64)
      .nullish()
      .describe('RFC 3339 with an offset, or a date, which ends with that day in timeZone; null for never'),
    assetId: thing.nullish().describe('The asset of the path'),
    nomadUsers: z.array(recipient).max(MAX_RECIPIENTS).nullish().describe('Invited by mail when the share is made'),
    password: password.nullish().describe('8 to 1,024 bytes; null removes it; never answered'),
    message: z.string().max(MAX_MESSAGE).nullish(),
    timeZone: z
      .string()
      .refine(isTimeZone, 'must be the IANA name of a time zone')
      .nullish()
      .describe('Where a date without a time ends; UTC by default'),
    hasPassword: answered,
    createdAt: answered,
    updatedAt: answered,
    revokedAt: answered,
    withdrawn: answered,
  })
  .meta({ id: 'NomadShareRequest' });

export type ShareBody = z.infer<typeof shareBody>;

/** The id of a choice in either form; undefined where none was made. */
export function idOf<Id extends string>(choice: Id | { readonly id: Id } | null | undefined): Id | undefined {
  return typeof choice === 'object' ? choice?.id : choice;
}
