/** Of the level of 1 %: in one of a hundred comparisons of the same with the same, the distance is larger. */
const LEVEL = 1.628;

/** How far two sets of values are from each other. */
export interface Comparison {
  /** Kolmogorov and Smirnov: the most by which the parts below any value differ, 0 to 1. */
  readonly distance: number;
  /** What the distance stays below when both come from one source. */
  readonly critical: number;
  /** Mann and Whitney: the chance that one of the first is below one of the second; 0.5 when nothing is to be told. */
  readonly below: number;
}

export function compareSamples(first: readonly number[], second: readonly number[]): Comparison {
  const all = [...first.map((value) => ({ value, of: 0 })), ...second.map((value) => ({ value, of: 1 }))];
  all.sort((a, b) => a.value - b.value);
  const seen: [number, number] = [0, 0];
  let distance = 0;
  let wins = 0;
  for (let at = 0; at < all.length;) {
    const before: [number, number] = [...seen];
    const value = all[at]?.value;
    for (; at < all.length && all[at]?.value === value; at += 1) seen[all[at]?.of === 0 ? 0 : 1] += 1;
    const ties = seen[1] - before[1];
    wins += before[0] * ties + ((seen[0] - before[0]) * ties) / 2;
    distance = Math.max(distance, Math.abs(seen[0] / first.length - seen[1] / second.length));
  }
  const pairs = first.length * second.length;
  return { distance, critical: LEVEL * Math.sqrt((first.length + second.length) / pairs), below: wins / pairs };
}
