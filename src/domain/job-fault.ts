const MAX_LENGTH = 200;

/** `host:port`, an address or a connection string: of our machine room, and nothing that a caller can use. */
const ADDRESS =
  /\b[a-z][a-z0-9+.-]*:\/\/\S+|\[?[0-9a-f:]*:[0-9a-f:]+\]?:\d{2,5}\b|\b[\w.-]+:\d{2,5}\b|\b\d{1,3}(\.\d{1,3}){3}\b/gi;

/** What a fault that is being retried says to the people who wait: one line, bounded, without addresses. */
export function describeFault(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [line = ''] = message.replace(ADDRESS, '…').split(/[\r\n]/);
  const text = line.trim() || (error instanceof Error && error.name) || 'unknown fault';
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH - 1)}…` : text;
}
