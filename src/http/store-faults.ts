/** Codes of node-postgres and Postgres that say: the store is away, or too busy, and may be back soon. */
const AWAY = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '57014', // query_canceled
  '53300', // too_many_connections
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '55P03', // lock_not_available
  '25006', // read_only_sql_transaction: a standby while it is promoted
]);

/** node-postgres gives no code to these. */
const AWAY_MESSAGE =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection)/;

/** Text that Postgres cannot hold; reaches it only where a check before it has a hole. */
const BAD_TEXT = new Set(['22021', '22P05']);

/** What an error of the store means for the caller; null when it is none of these. */
export function classifyStoreFault(error: unknown): 'away' | 'bad_text' | null {
  if (typeof error !== 'object' || error === null) return null;
  const { code, message, syscall, errors } = error as Record<string, unknown>;
  if (typeof code === 'string') {
    if (BAD_TEXT.has(code)) return 'bad_text';
    // ENOENT is "no such socket" from connect, and "no such file" from everything else.
    const isFileFault = code === 'ENOENT' && syscall !== 'connect';
    if ((AWAY.has(code) && !isFileFault) || /^08[0-9A-Z]{3}$/.test(code)) return 'away';
  }
  if (typeof message === 'string' && AWAY_MESSAGE.test(message)) return 'away';
  // A host with several addresses fails with one error for each of them.
  return Array.isArray(errors) && errors.some((part) => classifyStoreFault(part) === 'away') ? 'away' : null;
}
