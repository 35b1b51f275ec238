import { createHmac, timingSafeEqual } from 'node:crypto';
import { PREVIEW_SIZES, type PreviewSize } from '../domain/ingest-media';

/** What a link leads to. */
export interface LinkTarget {
  /** Of the store. */
  readonly mediaId: string;
  readonly variant: 'original' | PreviewSize;
  /** The name that the file is offered under; null: what the media is called. */
  readonly filename: string | null;
}

/** A link as it came in: the parts of its path, and its query. */
export interface GivenLink {
  readonly mediaId: string;
  readonly variant: string;
  readonly query: Readonly<Record<string, string>>;
}

export type LinkVerdict =
  | { readonly kind: 'valid'; readonly target: LinkTarget; readonly secondsLeft: number }
  /** Ours, and too old. */
  | { readonly kind: 'expired' }
  /** Not ours, or changed. */
  | { readonly kind: 'forged' };

/** Addresses that load a file without credentials until they expire. */
export interface MediaLinks {
  /** The address of a file, good for an hour and up to five minutes more. */
  sign(target: LinkTarget): string;
  verify(link: GivenLink): LinkVerdict;
}

export interface MediaLinksOptions {
  /** Of 32 bytes, for this purpose alone. */
  readonly key: Buffer;
  /** Without a slash at its end. */
  readonly publicUrl: string;
  readonly now: () => Date;
}

const VALID_SECONDS = 3_600;
/** Links that are given out within it are the same, so that browsers find previews in their caches. */
const STEP_SECONDS = 300;
const KEY_BYTES = 32;

const EXPIRES = /^[1-9]\d{0,11}$/;
const SIGNATURE = /^[A-Za-z0-9_-]{43}$/;
const VARIANTS: ReadonlySet<string> = new Set<LinkTarget['variant']>(['original', ...PREVIEW_SIZES]);

/** Signs links and recognises them: HMAC-SHA256 over all that they say. */
export function createMediaLinks({ key, publicUrl, now }: MediaLinksOptions): MediaLinks {
  if (key.length !== KEY_BYTES) throw new TypeError(`links are signed with a key of ${String(KEY_BYTES)} bytes`);
  const sign = (target: LinkTarget, expires: string) => {
    const { mediaId, variant, filename } = target;
    return createHmac('sha256', key)
      .update(JSON.stringify([mediaId, variant, filename, expires]))
      .digest();
  };
  const nowSeconds = () => Math.floor(now().getTime() / 1_000);

  return {
    sign(target) {
      const expires = String(Math.ceil((nowSeconds() + VALID_SECONDS) / STEP_SECONDS) * STEP_SECONDS);
      const signature = sign(target, expires).toString('base64url');
      const { filename } = target;
      const query = new URLSearchParams({ expires, ...(filename === null ? {} : { filename }), signature });
      return `${publicUrl}/media/${target.mediaId}/${target.variant}?${query.toString()}`;
    },

    verify({ mediaId, variant, query }) {
      const { expires = '', signature = '', filename = null, ...more } = query;
      const isWhole = EXPIRES.test(expires) && SIGNATURE.test(signature) && isVariant(variant);
      if (!isWhole || Object.keys(more).length > 0) return { kind: 'forged' };
      const target = { mediaId, variant, filename };
      if (!timingSafeEqual(Buffer.from(signature, 'base64url'), sign(target, expires))) return { kind: 'forged' };
      const secondsLeft = Number(expires) - nowSeconds();
      return secondsLeft > 0 ? { kind: 'valid', target, secondsLeft } : { kind: 'expired' };
    },
  };
}

function isVariant(text: string): text is LinkTarget['variant'] {
  return VARIANTS.has(text);
}
