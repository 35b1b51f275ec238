import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  type ListPartsCommandOutput,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { ask, isUploadGone } from './s3-client';
import { readFully, type S3Put, withFile } from './s3-put';

/** Small enough for several in memory, and large enough for 80 GiB in the 10,000 parts that S3 takes. */
export const PART_BYTES = 8 * 1024 * 1024;
const MAX_PARTS = 10_000;
const MIB = 1024 * 1024;
/** Parts on their way at once, each with a buffer. */
const LANES = 3;
/** An upload that somebody else completes or aborts under our hands is begun anew so often. */
const BEGINNINGS = 3;
const ABORT_MS = 10_000;

export interface PutInParts extends S3Put {
  readonly partBytes: number;
  /** Whether the object is there, whoever put it. */
  readonly isThere: () => Promise<boolean>;
}

interface Part {
  readonly no: number;
  readonly etag: string;
}

/**
 * Stores a large file part by part. It goes on with an upload of the same object that a dead worker left behind, and
 * takes over the parts of it whose size and MD5 are those of the file. When it fails or is aborted, so is the upload;
 * one that cannot be aborted then is gone on with the next time, or swept away.
 */
export async function putInParts(put: PutInParts, signal: AbortSignal): Promise<void> {
  for (let beginning = 1; ; beginning += 1) {
    const uploadId = (await findUpload(put, signal)) ?? (await beginUpload(put, signal));
    try {
      await withFile(put.path, put.facts.sizeBytes, (file) => sendParts(put, file, uploadId, signal));
      return;
    } catch (error) {
      // Somebody has put the same object, or the answer to the completion was lost.
      if (!signal.aborted && (await put.isThere().catch(() => false))) return;
      if (!isUploadGone(error)) await abortUpload(put, uploadId);
      if (!isUploadGone(error) || beginning === BEGINNINGS) throw error;
    }
  }
}

/** The newest upload of the object that was begun and not ended. */
async function findUpload({ client, bucket, name, key }: PutInParts, signal: AbortSignal): Promise<string | null> {
  const command = new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: name });
  const request = () => client.send(command, { abortSignal: signal });
  const { Uploads = [] } = await ask(`ListMultipartUploads ${key}`, signal, request);
  const own = Uploads.filter(({ Key }) => Key === name);
  own.sort((a, b) => (b.Initiated?.getTime() ?? 0) - (a.Initiated?.getTime() ?? 0));
  return own[0]?.UploadId ?? null;
}

async function beginUpload({ client, bucket, name, key, facts }: PutInParts, signal: AbortSignal): Promise<string> {
  const command = new CreateMultipartUploadCommand({ Bucket: bucket, Key: name, ContentType: facts.contentType });
  const request = () => client.send(command, { abortSignal: signal });
  const { UploadId } = await ask(`CreateMultipartUpload ${key}`, signal, request);
  if (UploadId === undefined) throw new Error(`the upload of ${key} came without an id`);
  return UploadId;
}

async function sendParts(put: PutInParts, file: FileHandle, uploadId: string, signal: AbortSignal): Promise<void> {
  const { client, bucket, name, key, facts } = put;
  const there = await listParts(put, uploadId, signal);
  // The same for the same file, so that the parts of another worker fit.
  const partBytes = Math.max(put.partBytes, Math.ceil(facts.sizeBytes / MAX_PARTS / MIB) * MIB);
  const count = Math.ceil(facts.sizeBytes / partBytes);
  const parts: Part[] = [];
  let next = 1;
  const faults: unknown[] = [];
  const lane = async () => {
    const buffer = Buffer.allocUnsafe(partBytes);
    while (next <= count && faults.length === 0) {
      signal.throwIfAborted();
      const no = next;
      next += 1;
      const start = (no - 1) * partBytes;
      const body = await readFully(file, buffer.subarray(0, Math.min(partBytes, facts.sizeBytes - start)), start);
      const md5 = createHash('md5').update(body).digest();
      const known = there.get(no);
      const isSame = known?.sizeBytes === body.length && known.etag === `"${md5.toString('hex')}"`;
      parts.push({ no, etag: isSame ? known.etag : await sendPart(put, { uploadId, no, body, md5 }, signal) });
    }
  };
  // A lane that works on must have ended before the upload is aborted and the file closed.
  const lanes = Array.from({ length: Math.min(LANES, count) }, () =>
    lane().catch((error: unknown) => faults.push(error)),
  );
  await Promise.all(lanes);
  if (faults.length > 0) throw faults[0];
  const Parts = parts.sort((a, b) => a.no - b.no).map(({ no, etag }) => ({ PartNumber: no, ETag: etag }));
  const command = new CompleteMultipartUploadCommand({ Bucket: bucket, Key: name, UploadId: uploadId, MultipartUpload: { Parts } }); // prettier-ignore
  await ask(`CompleteMultipartUpload ${key}`, signal, () => client.send(command, { abortSignal: signal }));
}

interface SentPart {
  readonly uploadId: string;
  readonly no: number;
  readonly body: Buffer;
  readonly md5: Buffer;
}

async function sendPart(
  { client, bucket, name, key }: PutInParts,
  { uploadId, no, body, md5 }: SentPart,
  signal: AbortSignal,
): Promise<string> {
  // prettier-ignore
  const command = new UploadPartCommand({
    Bucket: bucket,
    Key: name,
    UploadId: uploadId,
    PartNumber: no,
    Body: body,
    ContentLength: body.length,
    ContentMD5: md5.toString('base64'),
  });
  const request = () => client.send(command, { abortSignal: signal });
  const { ETag } = await ask(`UploadPart ${String(no)} of ${key}`, signal, request);
  if (ETag === undefined) throw new Error(`part ${String(no)} of ${key} came without a tag`);
  return ETag;
}

/** The parts that an upload has, by their numbers. */
async function listParts({ client, bucket, name, key }: PutInParts, uploadId: string, signal: AbortSignal) {
  const parts = new Map<number, { readonly sizeBytes: number; readonly etag: string }>();
  let PartNumberMarker: string | undefined;
  do {
    const command = new ListPartsCommand({ Bucket: bucket, Key: name, UploadId: uploadId, PartNumberMarker });
    const request = () => client.send(command, { abortSignal: signal });
    const page: ListPartsCommandOutput = await ask(`ListParts ${key}`, signal, request);
    for (const { PartNumber, Size, ETag } of page.Parts ?? []) {
      if (PartNumber !== undefined && ETag !== undefined) parts.set(PartNumber, { sizeBytes: Size ?? 0, etag: ETag });
    }
    PartNumberMarker = page.IsTruncated === true ? page.NextPartNumberMarker : undefined;
  } while (PartNumberMarker !== undefined);
  return parts;
}

/** Its failure is nobody's fault that the caller could mend: the upload is found again, or swept away. */
async function abortUpload({ client, bucket, name }: PutInParts, uploadId: string): Promise<void> {
  const command = new AbortMultipartUploadCommand({ Bucket: bucket, Key: name, UploadId: uploadId });
  await client.send(command, { abortSignal: AbortSignal.timeout(ABORT_MS) }).catch(() => undefined);
}
