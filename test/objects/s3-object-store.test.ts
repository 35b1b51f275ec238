import { CreateMultipartUploadCommand, HeadObjectCommand, ListMultipartUploadsCommand, type S3Client, UploadPartCommand } from '@aws-sdk/client-s3'; // prettier-ignore
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { ObjectStore } from '../../src/objects/object-store';
import type { BucketPlace } from '../../src/objects/object-store-place';
import type { S3Limits } from '../../src/objects/s3-client';
import { createS3ObjectStore } from '../../src/objects/s3-object-store';
import { MOTO_START_MS, startTestS3, type TestS3 } from '../support/moto';
import { createBucket, PART_BYTES } from './bucket';
import { type Fate, type S3Proxy, startS3Proxy } from './s3-proxy';

const KEY = 'sha256/ab/cdef';
const NAME = `some/prefix/${KEY}`;
const signal = new AbortController().signal;
const content = randomBytes(4 * PART_BYTES + 1_000);

let s3: TestS3;
let proxy: S3Proxy;
let root: string;
let path: string;
let place: BucketPlace;
/** Past the proxy. */
let client: S3Client;
let store: ObjectStore;
/** Waits for no answer for long; also not for that of a busy moto. */
let hasty: ObjectStore;

const open = (limits: Partial<S3Limits> = {}) =>
  createS3ObjectStore({ ...place, endpoint: proxy.endpoint }, { partBytes: PART_BYTES, limits });

beforeAll(async () => {
  s3 = await startTestS3();
  root = await mkdtemp(join(tmpdir(), 'longhaul-objects-'));
  path = join(root, 'staged');
  await writeFile(path, content);
}, MOTO_START_MS);
afterAll(async () => {
  await s3.stop();
  await rm(root, { recursive: true });
});
beforeEach(async () => {
  proxy = await startS3Proxy(s3.endpoint);
  ({ place, client } = await createBucket(s3.endpoint));
  store = open();
  hasty = open({ connectMs: 1_000, idleMs: 1_000, answerMs: 1_000 });
});
afterEach(async () => {
  store.close();
  hasty.close();
  client.destroy();
  await proxy.close();
});

const FACTS = { sizeBytes: content.length, contentType: 'video/mp4' };
const put = (aborting = signal, into = store) => into.put(KEY, path, FACTS, aborting);
const stored = async () => buffer(await store.read(KEY, null, signal));
const asked = (name: string) => proxy.asked.filter((what) => what.startsWith(name));
const uploads = async () => (await client.send(new ListMultipartUploadsCommand({ Bucket: place.bucket }))).Uploads ?? []; // prettier-ignore
const once = (what: string, fate: Fate) => {
  let isDue = true;
  proxy.decide = (name) => {
    if (!isDue || name !== what) return null;
    isDue = false;
    return fate;
  };
};

/** An upload as a dead worker leaves it behind. */
async function beginUpload(parts: Readonly<Record<number, Buffer>>, name = NAME): Promise<string> {
  const { UploadId = '' } = await client.send(new CreateMultipartUploadCommand({ Bucket: place.bucket, Key: name }));
  for (const [no, Body] of Object.entries(parts)) {
    await client.send(new UploadPartCommand({ Bucket: place.bucket, Key: name, UploadId, PartNumber: Number(no), Body })); // prettier-ignore
  }
  return UploadId;
}

const part = (no: number) => content.subarray((no - 1) * PART_BYTES, no * PART_BYTES);

describe('a large object', () => {
  it('goes in parts, under the prefix, with its type', async () => {
    await put();
    expect(asked('UploadPart').sort()).toEqual([1, 2, 3, 4, 5].map((no) => `UploadPart ${String(no)}`));
    const found = await client.send(new HeadObjectCommand({ Bucket: place.bucket, Key: NAME }));
    expect(found).toMatchObject({ ContentLength: content.length, ContentType: 'video/mp4' });
    expect((await stored()).equals(content)).toBe(true);
    expect(await uploads()).toEqual([]);
  });

  it('goes on where a dead worker stopped, and takes over the parts that are those of the file', async () => {
    await beginUpload({ 1: part(1), 2: randomBytes(PART_BYTES), 3: randomBytes(1_000), 4: part(4) });
    await put();
    expect(asked('CreateMultipartUpload')).toEqual([]);
    expect(asked('UploadPart').sort()).toEqual(['UploadPart 2', 'UploadPart 3', 'UploadPart 5']);
    expect((await stored()).equals(content)).toBe(true);
    expect(await uploads()).toEqual([]);
  });

  it('goes on with no upload of another object', async () => {
    await beginUpload({ 1: part(1) }, `${NAME}0`);
    await put();
    expect(asked('CreateMultipartUpload')).toHaveLength(1);
    expect(await uploads()).toHaveLength(1);
  });

  it('is not sent again when it is there', async () => {
    await put();
    proxy.asked.length = 0;
    await put();
    expect(proxy.asked).toEqual(['HeadObject']);
  });

  it('overcomes a fault of one part', async () => {
    for (const fate of [503, 'reset', 'silence'] as const) {
      once('UploadPart 3', fate);
      await put(signal, fate === 'silence' ? hasty : store);
      expect((await stored()).equals(content)).toBe(true);
      await store.delete(KEY);
    }
    expect(asked('UploadPart 3')).toHaveLength(6);
  });

  it.each([[503], ['reset'], ['silence']] as const)(
    'fails after three attempts when a part always ends in %s, and aborts the upload',
    async (fate) => {
      proxy.decide = (what) => (what === 'UploadPart 2' ? fate : null);
      await expect(put(signal, fate === 'silence' ? hasty : store)).rejects.toThrow(
        /^UploadPart 2 of sha256\/ab\/cdef: /,
      );
      expect(asked('UploadPart 2')).toHaveLength(3);
      expect(asked('AbortMultipartUpload')).toHaveLength(1);
      expect(await uploads()).toEqual([]);
      expect(await store.stat(KEY)).toBeNull();
    },
  );

  it('is gone on with when the upload could not be aborted either', async () => {
    proxy.decide = (what) => (/^(UploadPart 5|AbortMultipartUpload)/.test(what) ? 503 : null);
    await expect(put()).rejects.toThrow(/^UploadPart 5/);
    expect(await uploads()).toHaveLength(1);
    proxy.decide = () => null;
    proxy.asked.length = 0;
    await put();
    expect(asked('UploadPart').length).toBeLessThan(5);
    expect((await stored()).equals(content)).toBe(true);
  });

  it('is aborted with its caller, at once', async () => {
    const controller = new AbortController();
    proxy.decide = (what) => {
      if (what === 'UploadPart 2') controller.abort(new Error('called off'));
      return what === 'UploadPart 2' ? 'silence' : null;
    };
    await expect(put(controller.signal)).rejects.toThrow('called off');
    expect(await uploads()).toEqual([]);
    expect(await store.stat(KEY)).toBeNull();
  });

  it('is there after two put it at once, and after somebody has swept the upload away', async () => {
    await Promise.all([put(), put()]);
    expect((await stored()).equals(content)).toBe(true);
    await store.delete(KEY);
    const behind = createS3ObjectStore(place);
    let swept: Promise<number> | undefined;
    proxy.decide = async (what) => {
      if (what === 'UploadPart 4') swept ??= behind.sweepUnfinished(new Date());
      if (swept === undefined || asked('CreateMultipartUpload').length > 1) return null;
      await swept;
      return what.startsWith('UploadPart') ? 'NoSuchUpload' : null;
    };
    proxy.asked.length = 0;
    await put();
    expect((await stored()).equals(content)).toBe(true);
  });

  it('is taken for done when its completion was not heard of', async () => {
    let isDue = true;
    proxy.decide = async (what) => {
      if (!isDue || what !== 'CompleteMultipartUpload') return null;
      isDue = false;
      await createS3ObjectStore(place, { partBytes: PART_BYTES }).put(KEY, path, FACTS, signal);
      return 503;
    };
    await put();
    expect((await stored()).equals(content)).toBe(true);
    expect(await uploads()).toEqual([]);
  });
});

describe('a small object', () => {
  const SMALL = 'bytes of a picture';
  const putSmall = async (md5Sum?: string) => {
    await writeFile(join(root, 'small'), SMALL);
    const facts = { sizeBytes: SMALL.length, contentType: 'image/jpeg', ...(md5Sum === undefined ? {} : { md5Sum }) };
    await store.put(KEY, join(root, 'small'), facts, signal);
  };

  it('goes in one request', async () => {
    await putSmall();
    expect(proxy.asked).toEqual(['HeadObject', 'PutObject']);
  });

  it('is tried three times, and the error names request, object and cause but no secret', async () => {
    proxy.decide = (what) => (what === 'PutObject' ? 503 : null);
    const error: unknown = await putSmall().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ message: 'PutObject sha256/ab/cdef: Made (503): by the test', status: 503 });
    expect(asked('PutObject')).toHaveLength(3);
    expect(JSON.stringify(error) + String((error as Error).stack)).not.toMatch(/hunter2|Authorization|Credential=/);
    expect((error as Error).cause).toBeUndefined();
  });

  it('is refused when the file has another content than was said', async () => {
    await expect(putSmall('0'.repeat(32))).rejects.toThrow('does not have the content of sha256/ab/cdef');
    expect(asked('PutObject')).toEqual([]);
  });
});

describe('a service that is away', () => {
  it('fails what is asked of it within its limits, and does not pass for an empty one', async () => {
    proxy.decide = () => 'silence';
    const started = Date.now();
    await expect(hasty.stat(KEY)).rejects.toThrow(/^HeadObject /);
    await expect(hasty.read(KEY, null, signal)).rejects.toThrow(/^GetObject /);
    await expect(hasty.delete(KEY)).rejects.toThrow(/^DeleteObject /);
    await expect(hasty.list('').next()).rejects.toThrow(/^ListObjectsV2 /);
    await expect(hasty.sweepUnfinished(new Date())).rejects.toThrow(/^ListMultipartUploads/);
    expect(Date.now() - started).toBeLessThan(20_000);
    proxy.decide = () => 403;
    await expect(hasty.stat(KEY)).rejects.toThrow(/403/);
  });

  it('fails what is asked of a port that nobody listens at', async () => {
    await proxy.close();
    await expect(store.stat(KEY)).rejects.toThrow(/ECONNREFUSED/);
  });

  it('breaks a reading under way', async () => {
    await put();
    const stream = await store.read(KEY, null, signal);
    await expect(
      (async () => {
        for await (const _chunk of stream) await proxy.close();
      })(),
    ).rejects.toThrow();
  });
});

it('says that there is no such bucket', async () => {
  const nowhere = createS3ObjectStore({ ...place, bucket: 'never-made' });
  await expect(nowhere.list('').next()).rejects.toThrow(/NoSuchBucket/);
  nowhere.close();
});

it('sweeps uploads that were begun before an instant, under its prefix only', async () => {
  await beginUpload({ 1: part(1) });
  await beginUpload({}, 'elsewhere/object');
  // Moto gives every upload one instant, of 2010.
  expect(await store.sweepUnfinished(new Date('2010-01-01'))).toBe(0);
  expect(await store.sweepUnfinished(new Date())).toBe(1);
  expect((await uploads()).map(({ Key }) => Key)).toEqual(['elsewhere/object']);
});
