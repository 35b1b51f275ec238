import { hkdfSync, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The name of the secret that signs tokens where no JWT_SECRET is given. */
export const JWT_SECRET_NAME = 'jwt-secret';

/** The name of the secret that signs the sessions of browsers where no SESSION_SECRET is given. */
export const SESSION_SECRET_NAME = 'session-secret';

/** The name of the secret that seals and signs what the library holds where no DATA_SECRET is given. */
export const DATA_SECRET_NAME = 'data-secret';

const SECRET_BYTES = 48;
const KEY_BYTES = 32;
const PRINT_LENGTH = 16;
const SECRET_FORM = /^[A-Za-z0-9_-]{64}$/;

/**
 * The secret of that name below DATA_DIR: 64 characters of base64url, made at the first call and the same ever after,
 * for every process. Only the owner may read the file.
 * @throws Error naming the file when it cannot be read or written, or holds something else
 */
export async function loadOrCreateSecret(dataDir: string, name: string): Promise<string> {
  const directory = join(dataDir, 'secrets');
  const path = join(directory, name);
  const secret = (await readIfThere(path)) ?? (await createSecret(dataDir, directory, path));
  if (!SECRET_FORM.test(secret)) {
    throw new Error(`${path} is damaged: remove it to have a new one made (what was signed with it is then refused)`);
  }
  return secret;
}

/** The key of 32 bytes that a secret gives for one purpose: what is known of one key tells nothing of the others. */
export function deriveKey(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `longhaul ${purpose}`, KEY_BYTES));
}

/** Tells one secret from another, and nothing of what it is. */
export function printOf(secret: string): string {
  return deriveKey(secret, 'print').toString('hex').slice(0, PRINT_LENGTH);
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw new Error(`${path} cannot be read (${codeOf(error)})`, { cause: error });
  }
}

/** A link to a finished file appears all at once and never replaces one: of several processes, one wins. */
async function createSecret(dataDir: string, directory: string, path: string): Promise<string> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    // DATA_DIR itself has to stay open to the user that the embedded Postgres runs as.
    await mkdir(dataDir, { recursive: true });
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeFile(draft, randomBytes(SECRET_BYTES).toString('base64url'), { mode: 0o600, flag: 'wx', flush: true });
    await link(draft, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw new Error(`${path} cannot be written (${codeOf(error)})`, { cause: error });
  } finally {
    await rm(draft, { force: true });
  }
  return (await readFile(path, 'utf8')).trim();
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'unknown fault';
}
