/** What needs what: the ids that each id needs. Ids that are needed but stand for nothing are passed over. */
export type Needs = ReadonlyMap<string, readonly string[]>;

/**
 * Circles of needs, one for each knot of nodes that hang together in circles: each id goes before the next one, and the
 * first one is named again at the end. Empty for a graph that can be run.
 */
export function findCycles(needs: Needs): readonly (readonly string[])[] {
  const cycles: string[][] = [];
  const seen = new Set<string>();
  for (const id of needs.keys()) {
    if (seen.has(id)) continue;
    const cycle = walk(needs, id, seen);
    if (cycle === null) continue;
    cycles.push(fromFirst(cycle, [...needs.keys()]));
    for (const each of upstreamOf(needs, id)) seen.add(each);
  }
  return cycles;
}

/** Goes from need to need without recursion; answers the first circle, in the order in which its nodes would run. */
function walk(needs: Needs, from: string, seen: Set<string>): string[] | null {
  const path: { readonly id: string; next: number }[] = [{ id: from, next: 0 }];
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const need = needs.get(top.id)?.[top.next];
    top.next += 1;
    if (need === undefined) {
      seen.add(top.id);
      path.pop();
      continue;
    }
    const at = path.findIndex(({ id }) => id === need);
    if (at >= 0) return path.slice(at).map(({ id }) => id).reverse(); // prettier-ignore
    if (needs.has(need) && !seen.has(need)) path.push({ id: need, next: 0 });
  }
  return null;
}

/** The circle from the one of its nodes that stands first in the file, back to it. */
function fromFirst(cycle: readonly string[], order: readonly string[]): string[] {
  const first = order.find((id) => cycle.includes(id)) ?? '';
  const at = Math.max(0, cycle.indexOf(first));
  return [...cycle.slice(at), ...cycle.slice(0, at), first];
}

/** All that goes before a node, by whatever way; the node itself only when it stands in a circle. */
export function upstreamOf(needs: Needs, id: string): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...(needs.get(id) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next) || !needs.has(next)) continue;
    found.add(next);
    open.push(...(needs.get(next) ?? []));
  }
  return found;
}
