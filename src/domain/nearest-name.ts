/** More than this and it is another word. */
const MAX_DISTANCE = 3;

/** The name that was probably meant by `text`: the one with the fewest letters changed; null when none is near. */
export function nearestName(text: string, names: Iterable<string>): string | null {
  const bound = Math.min(MAX_DISTANCE, Math.floor(text.length / 2));
  let nearest: string | null = null;
  let least = bound + 1;
  for (const name of names) {
    if (Math.abs(name.length - text.length) >= least) continue;
    const distance = distanceOf(text, name);
    if (distance < least) [nearest, least] = [name, distance];
  }
  return nearest;
}

/** Letters added, left out or changed (Levenshtein). */
function distanceOf(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
