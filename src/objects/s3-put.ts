import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import type { ObjectFacts } from './object-store';
import { ask } from './s3-client';

/** A file on its way into a bucket. */
export interface S3Put {
  readonly client: S3Client;
  readonly bucket: string;
  /** Of the object in the bucket. */
  readonly name: string;
  readonly key: string;
  readonly path: string;
  readonly facts: ObjectFacts;
}

/** Stores a file of some MiB at most by one request, which the service checks by its MD5. */
export async function putWhole({ client, bucket, name, key, path, facts }: S3Put, signal: AbortSignal): Promise<void> {
  const body = await withFile(path, facts.sizeBytes, (file) => readFully(file, Buffer.alloc(facts.sizeBytes), 0));
  const md5 = createHash('md5').update(body).digest();
  if (facts.md5Sum !== undefined && md5.toString('hex') !== facts.md5Sum) throw new Error(`${path} does not have the content of ${key}`); // prettier-ignore
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: name,
    Body: body,
    ContentLength: body.length,
    ContentMD5: md5.toString('base64'),
    ContentType: facts.contentType,
  });
  await ask(`PutObject ${key}`, signal, () => client.send(command, { abortSignal: signal }));
}

/** Runs work on an open file, which must have so many bytes. */
export async function withFile<T>(path: string, sizeBytes: number, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size !== sizeBytes) throw new Error(`${path} has ${String(size)} bytes, not ${String(sizeBytes)}`);
    return await work(file);
  } finally {
    await file.close();
  }
}

/** Fills the whole buffer from that place of the file. */
export async function readFully(file: FileHandle, buffer: Buffer, position: number): Promise<Buffer> {
  for (let filled = 0; filled < buffer.length;) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, position + filled);
    if (bytesRead === 0) throw new Error('the file became shorter while it was read');
    filled += bytesRead;
  }
  return buffer;
}
