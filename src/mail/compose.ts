import type { RenderedMail } from '../domain/mail';

/** Thrown when a template is not known, or its data has not what it tells of; nothing but another version helps. */
export class MailTemplateError extends Error {
  override readonly name = 'MailTemplateError';
}

/** One paragraph of a mail; with `href` it is a link. */
export interface Paragraph {
  readonly text: string;
  readonly href?: string;
}

/** The mail of these paragraphs, as text and as HTML: all that they say is text in both. */
export function compose(subject: string, paragraphs: readonly Paragraph[]): RenderedMail {
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
export function tellInstant(instant: string | null | undefined, timeZone: string): string {
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
export function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return text.replaceAll(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').trim();
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }; // prettier-ignore

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
