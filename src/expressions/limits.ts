/** Bounds of expressions: the first four when they are written, the others when they are worked out. */
export const EXPRESSION_LIMITS = {
  characters: 4_096,
  /** Parts of an expression: names, operators, calls. */
  parts: 1_000,
  depth: 50,
  /** `map`, `filter`, `all`, `exists` and `exists_one` inside one another. */
  loops: 2,
  /** Steps of one call, all its templates together; about a quarter of a second. */
  work: 1_000_000,
  /** Values taken over from the scope, and nesting of them. */
  values: 1_000_000,
  valueDepth: 64,
  /** Characters of what is searched for, split by, or named as a time zone. */
  needle: 256,
  /** Characters of what all templates of one call give, and of the items of a list. */
  result: 256 * 1024,
  listResult: 4 * 1024 * 1024,
} as const;
