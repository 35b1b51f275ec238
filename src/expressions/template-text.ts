import { ExpressionError } from './expression-error';

/** A part of a text: written out, or an expression between `${{` and `}}`. */
export type TextPart =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'expression';
      readonly expression: string;
      /** Where the expression begins in the text, from 0. */
      readonly position: number;
    };

const OPENING = '${{';
const CLOSING = '}}';

export function hasTemplate(text: string): boolean {
  return text.includes(OPENING);
}

/** @throws ExpressionError for a template without an end */
export function splitTemplates(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  for (;;) {
    const opening = text.indexOf(OPENING, at);
    const written = text.slice(at, opening < 0 ? undefined : opening);
    if (written !== '') parts.push({ kind: 'text', text: written });
    if (opening < 0) return parts;
    const position = opening + OPENING.length;
    const closing = findClosing(text, position);
    if (closing < 0) throw new ExpressionError('a template is not closed by }}', opening);
    parts.push({ kind: 'expression', expression: text.slice(position, closing), position });
    at = closing + CLOSING.length;
  }
}

/** The place of the `}}` that lies neither in a text nor in a map of the expression; -1 for none. */
function findClosing(text: string, from: number): number {
  let open = 0;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"' || character === "'") {
      at = findEndOfText(text, at, character);
      if (at < 0) return -1;
    } else if (character === '{') {
      open += 1;
    } else if (character === '}') {
      if (open > 0) open -= 1;
      else if (text.startsWith(CLOSING, at)) return at;
    }
  }
  return -1;
}

/** The last character of a quoted text, as the library reads it: a backslash goes before any character, in raw texts too. */
function findEndOfText(text: string, at: number, quote: string): number {
  const tripled = quote.repeat(3);
  const ending = text.startsWith(tripled, at) ? tripled : quote;
  for (let next = at + ending.length; next < text.length; next += 1) {
    if (text[next] === '\\') next += 1;
    else if (text.startsWith(ending, next)) return next + ending.length - 1;
  }
  return -1;
}
