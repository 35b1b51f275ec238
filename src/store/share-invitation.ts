import type { MailOrder } from './mails';
import type { ShareRecord } from './share-reading';

/** The mail that brings the link of a share to somebody. `sealedLink` is erased from the outbox once it is sent. */
export function toInvitation(
  share: ShareRecord,
  email: string,
  from: { readonly email: string },
  sealedLink: Buffer,
): MailOrder {
  return {
    eventKey: `share:${share.uuid}:invitation:${email}`,
    template: 'share_invitation',
    recipient: email,
    data: {
      share: { uuid: share.uuid, name: share.name },
      from: { name: share.ownerName, email: from.email },
      message: share.message,
      expiresAt: share.expiresAt?.toISOString() ?? null,
      timeZone: share.timeZone,
      linkSealed: sealedLink.toString('base64'),
    },
  };
}
