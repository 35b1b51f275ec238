import type { RenderedMail } from '../domain/mail';
import { grouped } from '../domain/job-words';
import { compose, MailTemplateError, oneLine, tellInstant } from './compose';

const TEMPLATES = ['review_digest'] as const;
type ReviewTemplate = (typeof TEMPLATES)[number];

/** True for the templates that tell of reviews. */
export function isReviewTemplate(template: string): template is ReviewTemplate {
  return (TEMPLATES as readonly string[]).includes(template);
}

/** What mails about reviews tell of; instants are ISO texts. */
interface ReviewData {
  readonly count?: number;
  readonly gallery?: { readonly name?: string };
  /** Null where it was more than one. */
  readonly requestedBy?: { readonly name: string | null; readonly email: string } | null;
  readonly message?: string | null;
  readonly dueAt?: string | null;
}

/** Makes the mail of such a template. @throws MailTemplateError when its data has not what it tells of */
export function renderReviewMail(_template: ReviewTemplate, data: unknown, publicUrl: string): RenderedMail {
  const { count, gallery, requestedBy, message, dueAt } = (typeof data === 'object' && data !== null ? data : {}) as ReviewData; // prettier-ignore
  if (count === undefined) throw new MailTemplateError('a number of reviews is missing');
  const assets = count === 1 ? '1 asset' : `${grouped(count)} assets`;
  const where = oneLine(gallery?.name ?? '') || 'Untitled gallery';
  const who = oneLine(requestedBy?.name ?? '') || oneLine(requestedBy?.email ?? '');
  return compose(`Review of ${assets} in “${where}”`, [
    { text: who === '' ? `Your review of ${assets} in “${where}” is asked for.` : `${who} asks you to review ${assets} in “${where}”.` }, // prettier-ignore
    ...((message ?? '') === '' ? [] : [{ text: message ?? '' }]),
    ...((dueAt ?? null) === null ? [] : [{ text: `It is due by ${tellInstant(dueAt, 'UTC')}.` }]),
    { text: 'See what waits for you', href: `${publicUrl}/reviews` },
  ]);
}
