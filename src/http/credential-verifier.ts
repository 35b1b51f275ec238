import type { Pool } from 'pg';
import { isApiKey, type Principal } from '../domain/credentials';
import type { Caller } from '../store/caller';
import { findUserByApiKey, findUserByEmail, findUserByUuid, findUserByUuidOrEmail, hashApiKey } from '../store/credentials'; // prettier-ignore
import { KeysUnavailable } from './jwks';
import { unavailable } from './refusal';
import type { Sessions } from './session';
import type { TokenSubject, TokenVerifier } from './tokens';

/** Answers whom a credential speaks for, or null when it is not valid. One query at most; nothing is cached. */
export interface CredentialVerifier {
  apiKey(key: string): Promise<Principal | null>;
  token(token: string): Promise<Principal | null>;
  /**
   * How a statement of the store finds out by itself whom a key speaks for, so that the key is checked by the very
   * statement that reads for it; null for what is no key. Absent where keys are not checked by the store.
   */
  readonly callerOf?: ((key: string) => Caller | null) | undefined;
  /** The sessions of browsers, where pages are served. */
  readonly sessions?: Sessions | undefined;
}

/** The verifier of the façade: API keys of the store, and tokens whose user is live in the store. */
export function createCredentialVerifier(
  pool: Pool,
  verifyToken: TokenVerifier,
  sessions?: Sessions,
): CredentialVerifier {
  return {
    sessions,
    callerOf: (key) => (isApiKey(key) ? { apiKeyHash: hashApiKey(key) } : null),
    apiKey: (key) => (isApiKey(key) ? findUserByApiKey(pool, key) : Promise.resolve(null)),
    token: async (token) => {
      const subject = await verifyToken(token).catch((error: unknown) => {
        if (!(error instanceof KeysUnavailable)) throw error;
        throw unavailable('keys_unavailable', 'the keys that tokens are signed with cannot be fetched', 5, error);
      });
      return subject === null ? null : findUser(pool, subject);
    },
  };
}

function findUser(pool: Pool, { uuid, email }: TokenSubject): Promise<Principal | null> {
  if (uuid !== null) return email === null ? findUserByUuid(pool, uuid) : findUserByUuidOrEmail(pool, uuid, email);
  return email === null ? Promise.resolve(null) : findUserByEmail(pool, email);
}
