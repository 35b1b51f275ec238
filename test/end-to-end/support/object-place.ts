import { ListMultipartUploadsCommand, type S3Client } from '@aws-sdk/client-s3';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createObjectStore } from '../../../src/objects/create-object-store';
import type { BucketPlace, ObjectStorePlace } from '../../../src/objects/object-store-place';
import { createBucket } from '../../objects/bucket';
import { startTestS3 } from '../../support/moto';

/** What lies in the object store of a stack, seen past the stack. */
export interface SeenObjects {
  /** In order. */
  keys(): Promise<readonly string[]>;
  /** What puts have begun and not ended: drafts, or uploads in parts. */
  unfinished(): Promise<readonly string[]>;
}

/** An object store for a stack, and what its roots are told of it. */
export interface ObjectPlace {
  readonly env: Readonly<Record<string, string>>;
  of(installation: { readonly objects: SeenObjects }): SeenObjects;
  close(): Promise<void>;
}

export type OpenObjectPlace = () => Promise<ObjectPlace>;

/** The folder of a DATA_DIR. */
export function inFolderOf(dataDir: string): SeenObjects {
  const path = join(dataDir, 'objects');
  const unfinished = () => readdir(join(path, '.unfinished')).catch(() => []);
  return { keys: () => listKeys({ kind: 'folder', path }), unfinished };
}

/** The one that an installation has of itself: the folder below DATA_DIR, or the bucket of the production shape. */
export const inOwnPlace: OpenObjectPlace = () =>
  Promise.resolve({
    env: {},
    of: ({ objects }) => objects,
    close: () => Promise.resolve(),
  });

/** A bucket of an S3 service of its own, which takes up to MOTO_START_MS to start. */
export const inBucket: OpenObjectPlace = async () => {
  const s3 = await startTestS3();
  const { place, client } = await createBucket(s3.endpoint, '');
  return {
    env: {
      OBJECT_STORE_URL: `s3://${place.bucket}?endpoint=${encodeURIComponent(s3.endpoint)}&region=us-east-1&path_style=true`,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'hunter2',
    },
    of: () => inBucketOf(place, client),
    async close() {
      client.destroy();
      await s3.stop();
    },
  };
};

/** What lies in a bucket. */
export function inBucketOf(place: BucketPlace, client: S3Client): SeenObjects {
  return { keys: () => listKeys(place), unfinished: () => listUploads(client, place) };
}

async function listKeys(place: ObjectStorePlace): Promise<readonly string[]> {
  const objects = createObjectStore(place);
  try {
    const keys: string[] = [];
    for await (const { key } of objects.list('')) keys.push(key);
    return keys.sort();
  } finally {
    objects.close();
  }
}

async function listUploads(client: S3Client, { bucket }: BucketPlace): Promise<readonly string[]> {
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  return Uploads.map(({ Key = '' }) => Key);
}
