import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

/** Unknown key ids, however many, make at most one fetch in this time. */
const REFRESH_COOLDOWN_MS = 60_000;
/** Keys older than this are fetched again, so that withdrawn ones go. */
const FRESH_FOR_MS = 600_000;
/** Without any key nothing can be accepted, so a first fetch that failed is tried again sooner. */
const FIRST_FETCH_COOLDOWN_MS = 5_000;
const FETCH_TIMEOUT_MS = 5_000;
const MAX_BYTES = 1_048_576;

export interface JwksOptions {
  readonly url: string;
  /** ms since the epoch. */
  readonly now: () => number;
  /** Told when a fetch fails; the keys known so far stay in use. */
  readonly onFetchError: (error: unknown) => void;
}

/** No key set could be fetched yet, so no token can be judged. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

/** The keys that an issuer publishes, cached: they survive an outage of the issuer, and follow its rotation. */
export function createJwks(options: JwksOptions): JWTVerifyGetKey {
  let keys: ReturnType<typeof createLocalJWKSet> | undefined;
  let fetchedAtMs = -Infinity;
  let attemptedAtMs = -Infinity;
  let pending: Promise<void> | undefined;

  async function refresh(): Promise<void> {
    attemptedAtMs = options.now();
    try {
      keys = createLocalJWKSet(await fetchKeySet(options.url));
      fetchedAtMs = options.now();
    } catch (error) {
      options.onFetchError(error);
    }
  }

  /** Resolves when a refresh has ended, also a failed one; at once when it is too early for another. */
  function refreshUnlessRecent(cooldownMs: number): Promise<void> {
    if (pending === undefined && options.now() - attemptedAtMs < cooldownMs) return Promise.resolve();
    pending ??= refresh().finally(() => {
      pending = undefined;
    });
    return pending;
  }

  return async (header, token) => {
    if (keys === undefined) await refreshUnlessRecent(FIRST_FETCH_COOLDOWN_MS);
    else if (options.now() - fetchedAtMs >= FRESH_FOR_MS) await refreshUnlessRecent(REFRESH_COOLDOWN_MS);
    if (keys === undefined) throw new KeysUnavailable('the key set has not been fetched yet');
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await refreshUnlessRecent(REFRESH_COOLDOWN_MS);
      return keys(header, token);
    }
  };
}

async function fetchKeySet(url: string): Promise<JSONWebKeySet> {
  const response = await fetch(url, {
    redirect: 'error',
    signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
    headers: { accept: 'application/json, application/jwk-set+json' },
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`the key set answered with status ${String(response.status)}`);
  }
  const text = await readLimited(response);
  return JSON.parse(text) as JSONWebKeySet;
}

async function readLimited(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    sizeBytes += part.byteLength;
    if (sizeBytes > MAX_BYTES) throw new Error(`the key set is larger than ${String(MAX_BYTES)} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
