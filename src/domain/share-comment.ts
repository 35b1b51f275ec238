import { hasAtMost, isVisible } from './comment-text';
import { findFilenameFault } from './media-filename';

/** In code points. */
export const MAX_SHARE_COMMENT = 2_000;
export const MAX_GUEST_NAME = 80;

/** What somebody wants to say on the page of a share; `name` is that of a guest, null for a user. */
export interface ShareCommentForm {
  readonly message: string;
  readonly name: string | null;
}

/** What is wrong with it, in words for its writer, by field; empty when it can be kept. */
export function findShareCommentFaults({
  message,
  name,
}: ShareCommentForm): Partial<Record<'message' | 'name', string>> {
  const said = faultOf(message, 'Write something first.', MAX_SHARE_COMMENT);
  const called = name === null ? null : (faultOf(name, 'Say who you are.', MAX_GUEST_NAME) ?? oddOf(name));
  return { ...(said === null ? {} : { message: said }), ...(called === null ? {} : { name: called }) };
}

function faultOf(text: string, whenEmpty: string, most: number): string | null {
  if (!isVisible(text)) return whenEmpty;
  return hasAtMost(text, most) ? null : `This may have at most ${String(most)} characters.`;
}

function oddOf(name: string): string | null {
  return findFilenameFault(name) === null ? null : 'A name is one line, without marks that turn the direction of text.';
}

const WINDOW_MS = 10 * 60_000;
/** How many comments are taken in ten minutes: more is a machine. */
export const MOST_SHARE_COMMENTS = { address: 20, link: 200 } as const;

/** Comments before this instant do not count any more. */
export function countedSince(now: Date): Date {
  return new Date(now.getTime() - WINDOW_MS);
}

/**
 * How long the next comment has to wait, in ms: until the oldest of so many has left the window. `full` is the instant
 * of that one; null when there are fewer.
 */
export function nextCommentDelayMs(full: Date | null, now: Date): number {
  return full === null ? 0 : Math.max(0, full.getTime() + WINDOW_MS - now.getTime());
}
