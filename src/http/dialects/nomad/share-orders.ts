import type { Principal } from '../../../domain/credentials';
import { parseName } from '../../../domain/names';
import { toPermissions } from '../../../domain/share';
import type { ShareChange } from '../../../domain/share-change';
import { decideExpiry, type ExpiryWish } from '../../../domain/share-expiry';
import type { NamedRecipient } from '../../../store/share-people';
import type { ShareRecord } from '../../../store/share-reading';
import type { ShareRefusal } from '../../../store/shares';
import { badField, badRequest, conflict, forbidden, notFound, Refusal } from '../../refusal';
import { idOf, type ShareBody } from './share-body';

/** A thing with the names that a body may use for it. */
interface Named {
  readonly id: string;
  readonly uuid: string;
}

/** @throws Refusal 400 when a field names another thing than the one it can only name */
export function assertNames(field: 'ownerId' | 'assetId' | 'id', text: string | null | undefined, thing: Named): void {
  if (text === null || text === undefined) return;
  const name = parseName(text);
  const isSame = name !== null && (name.by === 'id' ? name.id === thing.id : name.uuid === thing.uuid);
  if (!isSame) throw badField(field, 'names another one than the path does, and cannot be changed');
}

const FIELD_OF: Readonly<Record<keyof ExpiryWish, string>> = {
  duration: 'sharedDuration',
  hours: 'sharedDurationInHours',
  date: 'expirationDate',
};

/**
 * What a body says of the fields that a share can change; what it is silent about is undefined. `passwordHash` is not
 * among them.
 * @throws Refusal 400 naming the field of an end that cannot be
 */
export function readChange(body: ShareBody, timeZone: string, now: Date): Omit<ShareChange, 'passwordHash'> {
  const zone = body.timeZone === null ? 'UTC' : body.timeZone;
  const wish = {
    duration: idOf(body.sharedDuration),
    hours: body.sharedDurationInHours ?? undefined,
    date: body.expirationDate,
  };
  const expiry = decideExpiry(wish, zone ?? timeZone, now);
  if (expiry.kind === 'fault') throw badField(FIELD_OF[expiry.field], expiry.message);
  const permissions = body.sharedPermissions?.map((choice) => idOf(choice) ?? 'view');
  return {
    name: body.name,
    message: body.message,
    timeZone: zone,
    type: idOf(body.sharedType),
    permissions: permissions === undefined ? undefined : toPermissions(permissions),
    expiry: expiry.kind === 'set' ? expiry : undefined,
    revoke: idOf(body.sharedStatus) === 'revoked' ? true : undefined,
  };
}

export function readRecipients(body: ShareBody): readonly NamedRecipient[] | undefined {
  return body.nomadUsers?.map((one) => ('id' in one && typeof one.id === 'string' ? { id: one.id } : { email: one.email })); // prettier-ignore
}

/** The 404 of a share that is not there for the caller. */
export function shareNotFound(): Refusal {
  return notFound('there is no such share', 'share_not_found');
}

export function assetNotFound(): Refusal {
  return notFound('there is no such asset', 'asset_not_found');
}

/** Who may read a share of another one may not change it: the link is that one's. */
export function assertMayChange(share: ShareRecord, user: Principal): void {
  if (share.ownerId !== user.id && !user.admin) throw forbidden('only the owner of a share may change it');
}

/** Why the store has written nothing, for the caller. */
export function toRefusal(refusal: ShareRefusal): Refusal {
  switch (refusal.kind) {
    case 'asset_gone':
      return assetNotFound();
    case 'contents_missing':
      return new Refusal(404, 'asset_not_found', 'sharedContents names assets that are not there', {
        fields: faultsAt('sharedContents', refusal.at, 'names no asset of this project'),
      });
    case 'forbidden':
      return forbidden('sharing an asset needs the right to write');
    case 'recipients_unknown':
      return badRequest(
        'invalid_request',
        'nomadUsers names users that are not there',
        faultsAt('nomadUsers', refusal.at, 'names no user'),
      );
    case 'recipients_missing':
      return badField('nomadUsers', 'must name the users of a share of the type user');
    case 'revoked':
      return conflict('share_revoked', 'the share has been revoked, and cannot be changed any more');
  }
}

/** Enough to mend a request by. */
const MAX_FAULTS = 20;

function faultsAt(field: string, places: readonly number[], message: string) {
  return places.slice(0, MAX_FAULTS).map((at) => ({ field: `${field}[${String(at)}]`, message }));
}
