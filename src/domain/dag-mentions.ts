/** What expressions of a node look at, as far as their text tells: what is not mentioned need not be read. */
export interface ScopeNeeds {
  readonly asset: boolean;
  /** Ids of nodes; `all` where the text does not name them one by one. */
  readonly nodes: readonly string[] | 'all';
}

const NODES = /\bnodes\b(?:\s*\.\s*([A-Za-z_][A-Za-z0-9_]*)|\s*\[\s*(?:"([^"\\]*)"|'([^'\\]*)')\s*\])?/g;

/** Takes the texts of expressions, or of whatever holds them. It may answer more than they need, never less. */
export function needsOf(texts: readonly string[]): ScopeNeeds {
  const named = new Set<string>();
  let all = false;
  for (const text of texts) {
    for (const [, plain, double, single] of text.matchAll(NODES)) {
      const id = plain ?? double ?? single;
      if (id === undefined) all = true;
      else named.add(id);
    }
  }
  return { asset: texts.some((text) => /\basset\b/.test(text)), nodes: all ? 'all' : [...named] };
}
