/** What became of handing a mail over. `later`: nothing went out, and another attempt may. `uncertain`: nobody knows. */
export type Handover =
  { readonly kind: 'sent' } | { readonly kind: 'later' | 'refused' | 'uncertain'; readonly reason: string };

/** A mail as it is read. */
export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** For how long a mail is tried. */
export const MAIL_TRIED_FOR_MS = 3 * 24 * 60 * 60 * 1_000;
const FIRST_DELAY_MS = 30_000;
const LONGEST_DELAY_MS = 60 * 60 * 1_000;

/** How long to wait before the next attempt, after so many; `chance` is from 0 to 1, so that they do not come all at once. */
export function delayOfMail(attempts: number, chance: number): number {
  const delay = Math.min(FIRST_DELAY_MS * 2 ** Math.min(attempts - 1, 20), LONGEST_DELAY_MS);
  return Math.round(delay * (0.5 + chance / 2));
}
