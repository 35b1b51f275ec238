const UNITS = [
  [24 * 60 * 60 * 1_000, 'day'],
  [60 * 60 * 1_000, 'hour'],
  [60 * 1_000, 'minute'],
  [1_000, 'second'],
] as const;

/** `14 days`, `36 hours`: the largest unit of which it is a whole number. */
export function retentionInWords(ms: number): string {
  const [size, unit] = UNITS.find(([each]) => ms >= each && ms % each === 0) ?? [1_000, 'second'];
  return counted(Math.round(ms / size), unit);
}

/** `in 13 days`, `in 30 hours`: rounded down, so that nothing is gone before it was said. `at the next purge` once it has passed. */
export function goneInWords(atMs: number, nowMs: number): string {
  const left = atMs - nowMs;
  if (left <= 0) return 'at the next purge';
  const unit = UNITS.find(([size], at) => left >= (at === UNITS.length - 1 ? 1 : 2) * size);
  return unit === undefined ? 'in a moment' : `in ${counted(Math.floor(left / unit[0]), unit[1])}`;
}

function counted(count: number, unit: string): string {
  return `${String(count)} ${unit}${count === 1 ? '' : 's'}`;
}
