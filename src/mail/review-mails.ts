import type { RenderedMail } from '../domain/mail';
import { grouped } from '../domain/job-words';
import { compose, MailTemplateError, oneLine, type Paragraph, tellInstant } from './compose';

const TEMPLATES = ['review_digest', 'review_reminder', 'review_escalation'] as const;
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
  /** Of an escalation: who owes most answers, and how many approvers owe some besides. */
  readonly waitingFor?: readonly { readonly name: string; readonly count: number }[];
  readonly others?: number;
}

/** Makes the mail of such a template. @throws MailTemplateError when its data has not what it tells of */
export function renderReviewMail(template: ReviewTemplate, data: unknown, publicUrl: string): RenderedMail {
  const given = (typeof data === 'object' && data !== null ? data : {}) as ReviewData;
  const { count, gallery } = given;
  if (count === undefined) throw new MailTemplateError('a number of reviews is missing');
  const where = oneLine(gallery?.name ?? '') || 'Untitled gallery';
  switch (template) {
    case 'review_digest':
      return renderDigest(given, countAssets(count), where, publicUrl);
    case 'review_reminder':
      return compose(
        `Reminder: ${countAssets(count)} in “${where}” ${count === 1 ? 'waits' : 'wait'} for your review`,
        [
          { text: `Your review of ${countAssets(count)} in “${where}” is still asked for.` },
          ...tellDue(given.dueAt),
          { text: 'See what waits for you', href: `${publicUrl}/reviews` },
        ],
      );
    case 'review_escalation':
      return renderEscalation(given, countAssets(count), where, publicUrl);
  }
}

const countAssets = (count: number): string => (count === 1 ? '1 asset' : `${grouped(count)} assets`);

const tellDue = (dueAt: string | null | undefined): readonly Paragraph[] =>
  (dueAt ?? null) === null ? [] : [{ text: `It is due by ${tellInstant(dueAt, 'UTC')}.` }];

/** To those who manage the gallery, once the time is over. */
function renderEscalation(data: ReviewData, assets: string, where: string, publicUrl: string): RenderedMail {
  const { waitingFor = [], others = 0, dueAt } = data;
  const debtors = waitingFor.map(({ name, count }) => `${oneLine(name)}: ${countAssets(count)}`);
  const lines = others > 0 ? [...debtors, others === 1 ? '1 more approver' : `${grouped(others)} more approvers`] : debtors; // prettier-ignore
  return compose(`Overdue: the review of ${assets} in “${where}”`, [
    { text: `The review of ${assets} in “${where}” was due by ${tellInstant(dueAt, 'UTC')} and is not decided.` },
    { text: lines.length === 0 ? 'Nobody is left who may answer.' : ['Answers are missing from', ...lines].join('\n') },
    { text: 'Open Longhaul', href: `${publicUrl}/` },
  ]);
}

function renderDigest(data: ReviewData, assets: string, where: string, publicUrl: string): RenderedMail {
  const { requestedBy, message, dueAt } = data;
  const who = oneLine(requestedBy?.name ?? '') || oneLine(requestedBy?.email ?? '');
  return compose(`Review of ${assets} in “${where}”`, [
    { text: who === '' ? `Your review of ${assets} in “${where}” is asked for.` : `${who} asks you to review ${assets} in “${where}”.` }, // prettier-ignore
    ...((message ?? '') === '' ? [] : [{ text: message ?? '' }]),
    ...tellDue(dueAt),
    { text: 'See what waits for you', href: `${publicUrl}/reviews` },
  ]);
}
