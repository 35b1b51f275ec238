/** The value below which a part (0 to 1) of the values lies, between neighbours in proportion. */
export function quantile(values: readonly number[], part: number): number {
  if (values.length === 0) throw new RangeError('no values to take a quantile of');
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * part;
  const below = sorted[Math.floor(at)] ?? NaN;
  const above = sorted[Math.ceil(at)] ?? NaN;
  return below + (above - below) * (at - Math.floor(at));
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
