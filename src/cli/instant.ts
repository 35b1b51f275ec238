/** An instant for people: UTC, to the second. */
export function shortInstant(at: Date): string {
  return at.toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length).replace('T', ' ');
}
