/** An instant for people: UTC, to the second. */
export function shortInstant(at: Date): string {
  return at.toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length).replace('T', ' ');
}

/** The same, where it stands alone: it says that it is UTC. */
export function utcInstant(at: Date): string {
  return `${shortInstant(at)} UTC`;
}
