/** Something that can be seen: no blank, and nothing that only steers how others look. */
const VISIBLE = /[^\s\p{Cc}\p{Default_Ignorable_Code_Point}]/u;

export function isVisible(text: string): boolean {
  return VISIBLE.test(text);
}

/** Whether a text has at most so many code points. */
export function hasAtMost(text: string, characters: number): boolean {
  return text.length <= characters || (text.length <= 2 * characters && Array.from(text).length <= characters);
}
