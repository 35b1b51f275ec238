const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const;

/** `873 bytes`, `12.3 MB`: a size in powers of 1,000, with three digits where they say something. */
export function sizeInWords(bytes: number): string {
  let size = bytes;
  let unit = 0;
  // Not until 999.95 is shown as 1000.0.
  while (size >= 999.95 && unit < UNITS.length - 1) {
    size /= 1_000;
    unit += 1;
  }
  const digits = unit === 0 || size >= 100 ? 0 : 1;
  return `${size.toFixed(digits)} ${UNITS[unit] ?? ''}`;
}

/** `12.3 MB of 1.1 GB`; without the total while it is not known. */
export function progressInWords(doneBytes: number, totalBytes: number | null): string {
  const done = sizeInWords(doneBytes);
  return totalBytes === null ? done : `${done} of ${sizeInWords(totalBytes)}`;
}
