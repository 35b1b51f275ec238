import type { RenderedMail } from '../domain/mail';
import { compose, MailTemplateError, oneLine, tellInstant } from './compose';
import { isReviewTemplate, renderReviewMail } from './review-mails';

export { MailTemplateError } from './compose';

/** What a mail is made of; instants are ISO texts. */
export interface MailContent {
  readonly template: string;
  /** As it lies in the outbox, but for the link, which is open. */
  readonly data: unknown;
  /** Without a slash at its end. */
  readonly publicUrl: string;
  /** Of an invitation: what opens the share. */
  readonly link: string | null;
}

interface Data {
  readonly share?: { readonly name?: string | null };
  readonly from?: { readonly name?: string | null; readonly email?: string };
  readonly message?: string | null;
  readonly expiresAt?: string | null;
  readonly expiredAt?: string;
  readonly timeZone?: string;
  readonly project?: { readonly name?: string; readonly uuid?: string };
  readonly webhook?: string;
  readonly reason?: string;
}

/** Makes the mail of a template: everything that people wrote is text in it, and instants are told in the share's zone. */
export function renderMail({ template, data, publicUrl, link }: MailContent): RenderedMail {
  if (isReviewTemplate(template)) return renderReviewMail(template, data, publicUrl);
  const given = (typeof data === 'object' && data !== null ? data : {}) as Data;
  const name = oneLine(given.share?.name ?? '') || 'Untitled share';
  const told = (instant: string | null | undefined) => tellInstant(instant, given.timeZone ?? 'UTC');
  switch (template) {
    case 'share_invitation': {
      if (link === null) throw new MailTemplateError('an invitation has no link');
      const who = oneLine(given.from?.name ?? '') || oneLine(given.from?.email ?? '') || 'Somebody';
      return compose(`${who} shared “${name}” with you`, [
        { text: `${who} shared “${name}” with you.` },
        ...((given.message ?? '') === '' ? [] : [{ text: given.message ?? '' }]),
        { text: 'Open it', href: link },
        { text: (given.expiresAt ?? null) === null ? 'The link does not expire.' : `The link works until ${told(given.expiresAt)}.` }, // prettier-ignore
      ]);
    }
    case 'share_expiring':
      return compose(`Your share “${name}” expires soon`, [
        { text: `Your share “${name}” expires at ${told(given.expiresAt)}. Nobody can open its link from then on.` },
        { text: 'To keep it open, give it a later expiry.', },
        { text: 'Open Longhaul', href: `${publicUrl}/` },
      ]); // prettier-ignore
    case 'share_expired':
      return compose(`Your share “${name}” has expired`, [
        { text: `Your share “${name}” expired at ${told(given.expiredAt)}. Nobody can open its link any more.` },
        { text: 'Open Longhaul', href: `${publicUrl}/` },
      ]);
    case 'webhook_disabled': {
      const project = oneLine(given.project?.name ?? '') || 'Untitled project';
      return compose(`A webhook of “${project}” is disabled`, [
        { text: given.reason === 'gone' ? `The receiver of a webhook of “${project}” says that it is gone (410). Nothing is sent to it any more.` : `For three days nothing reached a webhook of “${project}”. Nothing is sent to it any more.` }, // prettier-ignore
        { text: `It is the webhook ${oneLine(given.webhook ?? '')}. Who manages the project can enable it again; events of the time in between are not sent.` }, // prettier-ignore
        { text: 'Open Longhaul', href: `${publicUrl}/` },
      ]);
    }
    default:
      throw new MailTemplateError(`no template is named ${template}`);
  }
}
