import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { ObjectGoneError } from '../domain/object-gone';
import type { BucketPlace } from './object-store-place';

/** Times in ms. */
export interface S3Limits {
  readonly connectMs: number;
  /** Without a byte in either direction. */
  readonly idleMs: number;
  /** For a question about an object, its deletion, or a page of a list. */
  readonly answerMs: number;
  /** Each request is tried so often. */
  readonly attempts: number;
}

export const S3_LIMITS: S3Limits = { connectMs: 5_000, idleMs: 60_000, answerMs: 15_000, attempts: 3 };

const MAX_SOCKETS = 64;

/** The SDK's own log would tell of requests, with addresses and headers. */
const SILENCE: NonNullable<S3ClientConfig['logger']> = {
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** A client of the service; it connects with the first request. */
export function createS3Client(place: BucketPlace, limits: S3Limits): S3Client {
  return new S3Client({
    region: place.region,
    ...(place.endpoint === undefined ? {} : { endpoint: place.endpoint }),
    ...(place.credentials === undefined ? {} : { credentials: { ...place.credentials } }),
    forcePathStyle: place.pathStyle,
    maxAttempts: limits.attempts,
    // We send checksums of our own, which every S3 service knows; many do not know those that the SDK adds by itself.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: limits.connectMs,
      socketTimeout: limits.idleMs,
      httpAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
      httpsAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
    },
    logger: SILENCE,
  });
}

/** What a request to the service failed with: its own errors carry headers and parts of signatures, which no log may hold. */
export class S3Error extends Error {
  override readonly name = 'S3Error';

  constructor(
    what: string,
    /** `NoSuchUpload`, `SlowDown`, `ECONNREFUSED` and so on. */
    readonly code: string,
    /** Null where there was no answer. */
    readonly status: number | null,
    detail: string,
  ) {
    super(`${what}: ${code}${status === null ? '' : ` (${String(status)})`}${detail === '' ? '' : `: ${detail}`}`);
  }
}

const MAX_DETAIL = 300;

/** Runs a request; `what` names it and the object in the error. What the caller has aborted fails with its reason. */
export async function ask<T>(what: string, signal: AbortSignal | null, request: () => Promise<T>): Promise<T> {
  signal?.throwIfAborted();
  try {
    return await request();
  } catch (error) {
    signal?.throwIfAborted();
    throw toS3Error(what, error);
  }
}

function toS3Error(what: string, error: unknown): S3Error {
  const { name, code, message, $metadata } = error as {
    name?: string;
    code?: unknown;
    message?: unknown;
    $metadata?: { httpStatusCode?: number };
  };
  const status = $metadata?.httpStatusCode ?? null;
  const shown = typeof code === 'string' ? code : (name ?? 'Error');
  return new S3Error(what, shown, status, typeof message === 'string' ? message.slice(0, MAX_DETAIL) : '');
}

/** Whether that is the error of an object that is not there: a HEAD has no body to say more than its status. */
export function isNotThere(error: unknown): boolean {
  return error instanceof S3Error && (error.code === 'NoSuchKey' || error.code === 'NotFound');
}

/** Whether an upload was completed, or aborted, by somebody else. */
export function isUploadGone(error: unknown): boolean {
  return error instanceof S3Error && error.code === 'NoSuchUpload';
}

/** For `catch`: null for an object that is not there. */
export function nullIfNotThere(error: unknown): null {
  if (isNotThere(error)) return null;
  throw error;
}

/** For `catch`: the error of the port for an object that is not there. */
export function goneIfNotThere(key: string): (error: unknown) => never {
  return (error) => {
    throw isNotThere(error) ? new ObjectGoneError(key) : error;
  };
}
