import { randomBytes } from 'node:crypto';
import type { FileFacts } from '../../src/domain/ingest-media';
import { toObjectKey } from '../../src/domain/object-keys';
import type { Database } from '../../src/store/database';
import { newUuid } from '../../src/store/ids';
import { createIngestJob } from '../../src/store/ingest-creation';
import { openIngestJob } from '../../src/store/ingest-opening';
import { findIngest, type IngestRecord } from '../../src/store/ingests';
import { createUrlSeal, type UrlSeal } from '../../src/store/url-seal';

/** A seal by a key of its own. */
export const testSeal: UrlSeal = createUrlSeal(randomBytes(32));

/** Signed, as the addresses of many stores are. */
export const SECRET = 'X-Signature-5e9b1d';
export const SECRET_URL = `https://files.example.test/a/cat.jpg?sig=${SECRET}`;

export interface TestIngestOrder {
  readonly asset: { readonly id: string; readonly uuid: string };
  readonly project: { readonly id: string; readonly uuid: string } | null;
  readonly actor: { readonly id: string; readonly uuid: string };
  readonly url?: string;
  readonly filename?: string;
}

/** A job of one file as the façade commits it. */
export async function createTestIngest(
  db: Database,
  order: TestIngestOrder,
): Promise<{ token: string; jobId: string }> {
  const token = newUuid();
  await createIngestJob(db, {
    token,
    asset: order.asset,
    project: order.project,
    actor: order.actor,
    urlSealed: testSeal.seal(order.url ?? SECRET_URL, order.asset.uuid),
    urlHost: 'files.example.test',
    filename: order.filename ?? 'cat.jpg',
    idempotency: null,
    dispatched: true,
    now: new Date(),
  });
  const job = await db.selectFrom('jobs').select('id').where('uuid', '=', token).executeTakeFirstOrThrow();
  return { token, jobId: job.id };
}

/** The same as its workflow has opened it. */
export async function openTestIngest(
  db: Database,
  order: TestIngestOrder,
): Promise<{ token: string; jobId: string; ingest: IngestRecord }> {
  const made = await createTestIngest(db, order);
  await openIngestJob(db, made.jobId, new Date());
  return { ...made, ingest: await readIngest(db, made.jobId) };
}

export async function readIngest(db: Database, jobId: string): Promise<IngestRecord> {
  const ingest = await findIngest(db, jobId);
  if (ingest === null) throw new Error(`job ${jobId} has no file`);
  return ingest;
}

/** What the steps find out about a JPEG whose sha256 sum begins so. */
export function someFacts(sha: string, facts: Partial<FileFacts> = {}): FileFacts {
  const sha256Sum = sha.padEnd(64, '0');
  return {
    sizeBytes: 1_234,
    md5Sum: 'c6779ec2960296ed9a04f08d67f64422',
    sha256Sum,
    contentType: 'image/jpeg',
    mediaType: 'image',
    objectKey: toObjectKey(sha256Sum),
    width: 640,
    height: 480,
    durationSeconds: null,
    codec: null,
    metadata: { exif: { Make: 'Camera' }, iptc: {}, xmp: {}, mediainfo: {} },
    previews: ['small', 'medium', 'large'],
    ...facts,
  };
}

/** For {@link attachIngests}: all objects are there. */
export const allThere = (keys: readonly string[]): Promise<ReadonlySet<string>> => Promise.resolve(new Set(keys));
