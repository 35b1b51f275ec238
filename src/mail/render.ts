import type { RenderedMail } from '../domain/mail';

/** Thrown when a template is not known, or its data has not what it tells of; nothing but another version helps. */
export class MailTemplateError extends Error {
  override readonly name = 'MailTemplateError';
}

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
}

/** Makes the mail of a template: everything that people wrote is text in it, and instants are told in the share's zone. */
export function renderMail({ template, data, publicUrl, link }: MailContent): RenderedMail {
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
    default:
      throw new MailTemplateError(`no template is named ${template}`);
  }
}

interface Paragraph {
  readonly text: string;
  readonly href?: string;
}

function compose(subject: string, paragraphs: readonly Paragraph[]): RenderedMail {
  const text = paragraphs
    .map(({ text: words, href }) => (href === undefined ? words : `${words}: ${href}`))
    .join('\n\n');
  const body = paragraphs.map(({ text: words, href }) =>
    href === undefined
      ? `<p>${escapeHtml(words).replaceAll(/\r\n|\r|\n/g, '<br>')}</p>`
      : `<p><a href="${escapeHtml(href)}">${escapeHtml(words)}</a></p>`,
  );
  const html = `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head><body>\n${body.join('\n')}\n</body></html>\n`; // prettier-ignore
  return { subject, text: `${text}\n`, html };
}

/** Such as `30 November 2026 at 09:00 CET`; in UTC when the zone is not known here. */
function tellInstant(instant: string | null | undefined, timeZone: string): string {
  const at = new Date(instant ?? Number.NaN);
  if (Number.isNaN(at.getTime())) throw new MailTemplateError('an instant is missing');
  try {
    return formatIn(timeZone).format(at);
  } catch {
    return formatIn('UTC').format(at);
  }
}

/** Making one takes longer than the rest of a mail. There are some 500 zones, but each in any case of its letters. */
const MOST_FORMATS = 1_000;
const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** @throws RangeError for a zone that is not known */
function formatIn(timeZone: string): Intl.DateTimeFormat {
  const known = FORMATS.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'long', timeZone });
  if (FORMATS.size >= MOST_FORMATS) FORMATS.clear();
  FORMATS.set(timeZone, made);
  return made;
}

/** Names come from people: a line break would end the line that a header or a sentence is. */
function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return text.replaceAll(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').trim();
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }; // prettier-ignore

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
