import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import { Readable } from 'node:stream';
import { PREVIEW_SIZES } from '../domain/ingest-media';
import { toPreviewKey } from '../domain/object-keys';
import { type ObjectStore, parseObjectKey, type StoredObject } from './object-store';
import type { BucketPlace } from './object-store-place';
import { ask, createS3Client, goneIfNotThere, isUploadGone, nullIfNotThere, S3_LIMITS, type S3Limits } from './s3-client'; // prettier-ignore
import { putWhole } from './s3-put';
import { PART_BYTES, putInParts } from './s3-multipart';

export interface S3Options {
  readonly limits?: Partial<S3Limits>;
  /** Larger objects go in parts of so many bytes; at least 5 MiB, by the rules of S3. */
  readonly partBytes?: number;
}

/** Three attempts at each of four objects must settle within the minute of the port. */
const DELETION_MS = 50_000;

/** Objects in a bucket of an S3 service; a key, after the prefix of the place, is the name of its object. */
export function createS3ObjectStore(place: BucketPlace, options: S3Options = {}): ObjectStore {
  const limits = { ...S3_LIMITS, ...options.limits };
  const partBytes = options.partBytes ?? PART_BYTES;
  const client = createS3Client(place, limits);
  const { bucket: Bucket, prefix } = place;
  const nameOf = (key: string) => prefix + parseObjectKey(key).join('/');
  const soon = () => ({ abortSignal: AbortSignal.timeout(limits.answerMs) });

  async function look(key: string): Promise<StoredObject | null> {
    const command = new HeadObjectCommand({ Bucket, Key: nameOf(key) });
    const found = await ask(`HeadObject ${key}`, null, () => client.send(command, soon())).catch(nullIfNotThere);
    if (found === null) return null;
    return { key, sizeBytes: found.ContentLength ?? 0, modifiedAt: found.LastModified ?? new Date(0) };
  }

  return {
    name: 's3',

    async put(key, path, facts, signal) {
      signal.throwIfAborted();
      const object = { client, bucket: Bucket, name: nameOf(key), key, path, facts };
      if ((await look(key))?.sizeBytes === facts.sizeBytes) return;
      if (facts.sizeBytes <= partBytes) await putWhole(object, signal);
      else await putInParts({ ...object, partBytes, isThere: async () => (await look(key))?.sizeBytes === facts.sizeBytes }, signal); // prettier-ignore
    },

    stat: look,

    async read(key, range, signal) {
      const Range = range === null ? undefined : `bytes=${String(range.first)}-${String(range.last)}`;
      const command = new GetObjectCommand({ Bucket, Key: nameOf(key), Range });
      const request = () => client.send(command, { abortSignal: signal });
      const { Body } = await ask(`GetObject ${key}`, signal, request).catch(goneIfNotThere(key));
      if (!(Body instanceof Readable)) throw new TypeError(`the object ${key} came without a body`);
      return Body;
    },

    async delete(key) {
      const name = nameOf(key);
      const abortSignal = AbortSignal.timeout(DELETION_MS);
      const remove = (Key: string) =>
        ask(`DeleteObject ${key}`, null, () => client.send(new DeleteObjectCommand({ Bucket, Key }), { abortSignal }));
      // The object itself comes last: as long as anything of it is left, it is found again.
      await Promise.all(PREVIEW_SIZES.map((size) => remove(toPreviewKey(name, size))));
      await remove(name);
    },

    async *list(from) {
      let ContinuationToken: string | undefined;
      do {
        const command = new ListObjectsV2Command({ Bucket, Prefix: prefix + from, ContinuationToken });
        const page = await ask(`ListObjectsV2 ${from}`, null, () => client.send(command, soon()));
        for (const { Key, Size, LastModified } of page.Contents ?? []) {
          if (Key === undefined || LastModified === undefined) continue;
          yield { key: Key.slice(prefix.length), sizeBytes: Size ?? 0, modifiedAt: LastModified };
        }
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);
    },

    async sweepUnfinished(olderThan) {
      let aborted = 0;
      let from: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | null = {};
      while (from !== null) {
        const command: ListMultipartUploadsCommand = new ListMultipartUploadsCommand({ Bucket, Prefix: prefix, ...from }); // prettier-ignore
        const page = await ask('ListMultipartUploads', null, () => client.send(command, soon()));
        for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
          if (Initiated === undefined || Initiated >= olderThan) continue;
          const abort = () => client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }), soon());
          await ask('AbortMultipartUpload', null, abort).catch((error: unknown) => {
            if (!isUploadGone(error)) throw error;
          });
          aborted += 1;
        }
        from = page.IsTruncated === true ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker } : null; // prettier-ignore
      }
      return aborted;
    },

    close: () => {
      client.destroy();
    },
  };
}
