/**
 * The seconds that a caller prefers to wait at most for the end of something (`Prefer: wait=10`), no more than
 * `mostSeconds`; null when it has no such preference. What cannot be read is no preference, and of two the first one
 * counts (RFC 7240, section 2 and 4.3).
 */
export function preferredWait(header: string | undefined, mostSeconds: number): number | null {
  for (const preference of header?.split(',') ?? []) {
    const [name = '', value = ''] = (preference.split(';')[0] ?? '').split('=').map((part) => part.trim());
    if (name.toLowerCase() !== 'wait') continue;
    const seconds = /^(?:([0-9]+)|"([0-9]+)")$/.exec(value);
    return seconds === null ? null : Math.min(mostSeconds, Number(seconds[1] ?? seconds[2]));
  }
  return null;
}
