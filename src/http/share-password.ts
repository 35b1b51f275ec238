import { hash, verify } from '@node-rs/argon2';
import { createTurns } from './turns';

/** As OWASP advises for argon2id (the library's default): 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** Each one takes a thread and 19 MiB: many tries at once must not starve the rest of the façade. */
const AT_ONCE = 2;

export const MIN_PASSWORD_BYTES = 8;
export const MAX_PASSWORD_BYTES = 1_024;

export interface SharePasswords {
  hash(password: string): Promise<string>;
  /** Compares with a hash; with null it takes as long, and answers false. */
  verify(password: string, hashed: string | null): Promise<boolean>;
}

/** Passwords of shares, a few at a time; the others wait in their order. */
export function createSharePasswords(): SharePasswords {
  const inTurn = createTurns(AT_ONCE);
  let decoy: Promise<string> | undefined;
  return {
    hash: (password) => inTurn(() => hash(password, COST)),
    verify: async (password, hashed) => {
      decoy ??= hash('nobody has this password', COST);
      const against = hashed ?? (await decoy);
      const matches = await inTurn(() => verify(against, password));
      return matches && hashed !== null;
    },
  };
}
