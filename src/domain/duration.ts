const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const FORM = /^(0|[1-9][0-9]{0,11})(ms|s|m|h|d)$/;

/** The longest duration that may be written: ten years of 365 days. */
export const MAX_DURATION_MS = 3_650 * UNITS.d;

/** The ms of a duration such as `500ms`, `30s`, `5m`, `2h` or `7d`; null for any other text, and for more than ten years. */
export function parseDuration(text: string): number | null {
  const [, count, unit] = FORM.exec(text) ?? [];
  if (count === undefined || unit === undefined) return null;
  const ms = Number(count) * UNITS[unit as keyof typeof UNITS];
  return ms <= MAX_DURATION_MS ? ms : null;
}
