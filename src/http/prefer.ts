/**
 * The seconds that a caller prefers to wait at most for the end of something (`Prefer: wait=10`), no more than
 * `mostSeconds`; null when it has no such preference. What cannot be read is no preference, and of two the first one
 * counts (RFC 7240, section 2 and 4.3).
 */
export function preferredWait(header: string | undefined, mostSeconds: number): number | null {
  for (const { name, value } of readPreferences(header)) {
    if (name !== 'wait') continue;
    const seconds = /^(?:([0-9]+)|"([0-9]+)")$/.exec(value);
    return seconds === null ? null : Math.min(mostSeconds, Number(seconds[1] ?? seconds[2]));
  }
  return null;
}

/** True when the caller prefers not to wait for the end of long work (`Prefer: respond-async`; RFC 7240, section 4.1). */
export function prefersAsync(header: string | undefined): boolean {
  return readPreferences(header).some(({ name }) => name === 'respond-async');
}

function readPreferences(header: string | undefined): readonly { readonly name: string; readonly value: string }[] {
  return (header?.split(',') ?? []).map((preference) => {
    const [name = '', value = ''] = (preference.split(';')[0] ?? '').split('=').map((part) => part.trim());
    return { name: name.toLowerCase(), value };
  });
}
