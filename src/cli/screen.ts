/** A terminal that a person looks at: what was written last may be overwritten. */
export interface Screen {
  /** Its width now; it may change at any time. */
  columns(): number;
}

/** Goes to the beginning of the line; what follows replaces it, and the rest of it is cleared. */
const TO_LINE_START = '\r';
const CLEAR_REST = '\u001b[K';

// eslint-disable-next-line no-control-regex -- such a character would move the cursor of whoever looks
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+/gu;
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u; // prettier-ignore
const ZERO_WIDTH = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** What replaces the line that the cursor is on. */
export function overwrite(text: string): string {
  return `${TO_LINE_START}${text}${CLEAR_REST}`;
}

/** The text on one line: control characters, which texts of errors may hold, become spaces. */
export function oneLine(text: string): string {
  return text.replace(CONTROLS, ' ');
}

/** As much of the text as fits into so many columns; an ellipsis stands for the rest. */
export function clip(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let width = 1;
  let clipped = '';
  for (const character of text) {
    width += widthOf(character);
    if (width > columns) break;
    clipped += character;
  }
  return columns < 1 ? '' : `${clipped.trimEnd()}…`;
}

/** The columns that a text takes on a terminal. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += ZERO_WIDTH.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}
