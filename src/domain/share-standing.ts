/** Where the timer of shares stands. */
export interface ShareExpiryStanding {
  /** The next instant at which something is due, as ISO text; null when nothing is. */
  readonly next: string | null;
  /** Shares that are active, with an expiry or without; a count of some moments ago. */
  readonly live: number;
}

/** The timer in Markdown, for the Temporal UI. */
export function describeShareExpiry({ next, live }: ShareExpiryStanding): string {
  return [`- next: ${next ?? 'nothing is due'}`, `- live shares: ${String(live)}`].join('\n');
}
