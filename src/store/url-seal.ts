import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Keeps the addresses of files from whoever reads the store, its backups or its logs: they may hold signatures. */
export interface UrlSeal {
  /** `assetUuid`: of the asset that the file is for. Opened for another one, the seal is broken. */
  seal(url: string, assetUuid: string): Buffer;
  /** Null when it was sealed by another key or for another asset, or is damaged. */
  open(sealed: Buffer, assetUuid: string): string | null;
}

const CIPHER = 'aes-256-gcm';
/** The first byte: another form of sealing would have another number. */
const FORM = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + IV_BYTES + TAG_BYTES;

/**
 * Seals by AES-256-GCM with a random IV; `key` has 32 bytes. What a seal is bound to is the asset and not the job, so
 * that the retry of a job takes over what its parent could not fetch, without opening it.
 */
export function createUrlSeal(key: Buffer): UrlSeal {
  return {
    seal(url, assetUuid) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
      cipher.setAAD(boundTo(assetUuid));
      const body = Buffer.concat([cipher.update(url, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.of(FORM), iv, cipher.getAuthTag(), body]);
    },

    open(sealed, assetUuid) {
      if (sealed.length < HEAD_BYTES || sealed[0] !== FORM) return null;
      const iv = sealed.subarray(1, 1 + IV_BYTES);
      const decipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
      decipher.setAAD(boundTo(assetUuid));
      decipher.setAuthTag(sealed.subarray(1 + IV_BYTES, HEAD_BYTES));
      try {
        return Buffer.concat([decipher.update(sealed.subarray(HEAD_BYTES)), decipher.final()]).toString('utf8');
      } catch {
        return null;
      }
    },
  };
}

const boundTo = (assetUuid: string) => Buffer.from(`ingest ${assetUuid.toLowerCase()}`, 'utf8');
