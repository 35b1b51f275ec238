import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { randomBytes } from 'node:crypto';
import type { BucketPlace } from '../../src/objects/object-store-place';
import { createS3Client, S3_LIMITS } from '../../src/objects/s3-client';

/** The smallest that S3 takes. */
export const PART_BYTES = 5 * 1024 * 1024;

const randomName = () => `test-${randomBytes(6).toString('hex')}`;

/** An empty bucket of the test's own, and a client to look behind the store. */
export async function createBucket(endpoint: string, prefix = 'some/prefix/', bucket = randomName()) {
  const place: BucketPlace = {
    kind: 's3',
    bucket,
    prefix,
    endpoint,
    region: 'us-east-1',
    pathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'hunter2' },
  };
  const client = createS3Client(place, S3_LIMITS);
  await client.send(new CreateBucketCommand({ Bucket: place.bucket }));
  return { place, client };
}
