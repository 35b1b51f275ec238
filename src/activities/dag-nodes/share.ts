import { toPermissions, toShareLink } from '../../domain/share';
import { decideExpiry } from '../../domain/share-expiry';
import type { WithOf } from '../../schemas/dag-nodes';
import { newUuid } from '../../store/ids';
import { toInvitation } from '../../store/share-invitation';
import type { NamedRecipient } from '../../store/share-people';
import { createShareToken } from '../../store/share-token';
import { createShare, type ShareRefusal } from '../../store/shares';
import type { UrlSeal } from '../../store/url-seal';
import { failed, findWritableAsset } from './named-asset';
import type { NodeResult, StoreNodeHandler } from './node-handler';

export interface ShareNodeDependencies {
  /** Seals links that wait in the outbox. */
  readonly linkSeal: Pick<UrlSeal, 'seal'>;
  /** Without a slash at its end. */
  readonly publicUrl: string;
  /** Wakes what waits for the next expiry, and the mails. Called after the commit; returns at once, and never throws. */
  readonly onShareChanged: () => void;
}

/** Makes a share of the asset as the Nomad API does. Its link goes into mails alone: outputs are read by many. */
export function createShareHandler(dependencies: ShareNodeDependencies): StoreNodeHandler<WithOf<'share'>> {
  const { linkSeal, publicUrl, onShareChanged } = dependencies;
  return {
    place: 'store',

    async begin(tx, context) {
      const { run, with: given, now } = context;
      const found = await findWritableAsset(tx, context);
      if (found.kind === 'failed') return found;
      const { asset } = found;
      if (asset.deletedAt !== null) return failed('asset_trashed', `the asset ${asset.uuid} is in the trash`);
      const expiry = decideExpiry({ hours: given.duration_hours, date: given.expires_at }, 'UTC', now);
      if (expiry.kind === 'fault') return failed('bad_expiry', `the end of the share ${expiry.message}`);
      const { token, hash: tokenHash } = createShareToken();
      const link = toShareLink(publicUrl, token);
      const outcome = await createShare(tx, {
        uuid: newUuid(),
        owner: run.user,
        asset,
        contents: [],
        recipients: given.users.map(toRecipient),
        name: given.name ?? null,
        message: given.message ?? null,
        timeZone: 'UTC',
        type: given.type,
        permissions: toPermissions(given.permissions),
        durationHours: expiry.kind === 'set' ? expiry.durationHours : null,
        expiresAt: expiry.kind === 'set' ? expiry.expiresAt : null,
        tokenHash,
        passwordHash: null,
        jobId: run.jobId,
        now,
        invitation: (share, email) => toInvitation(share, email, run.user, linkSeal.seal(link, share.uuid)),
      });
      if (outcome.kind !== 'done') return toFailure(outcome, given.users);
      const { uuid, expiresAt } = outcome.share;
      const output = { share: uuid, expires_at: expiresAt?.toISOString() ?? null };
      return { kind: 'done', output, afterCommit: onShareChanged };
    },
  };
}

function toRecipient(name: string | number): NamedRecipient {
  const text = String(name);
  return text.includes('@') ? { email: text } : { id: text };
}

function toFailure(refusal: ShareRefusal, users: readonly (string | number)[]): NodeResult {
  switch (refusal.kind) {
    case 'recipients_unknown': {
      const names = refusal.at.slice(0, 20).map((place) => users[place]);
      return failed('recipients_unknown', `there are no such users: ${names.join(', ')}`);
    }
    case 'recipients_missing':
      return failed('recipients_missing', 'a share of the type user must name its users');
    case 'forbidden':
      return failed('forbidden', 'sharing an asset needs the right to write');
    case 'asset_gone':
    case 'contents_missing':
    case 'revoked':
      return failed('asset_not_found', 'the asset is gone');
  }
}
