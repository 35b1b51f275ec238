import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { buildShareApp, type ShareApp } from './share-app';

/** What one would wait for a download that nothing ends. */
const PIECES = 400;
const PIECE = Buffer.alloc(1_024, 'x');
const EVERY_MS = 50;

let database: TestDatabase;
let shares: ShareApp;
let origin: string;

beforeAll(async () => {
  database = await createTestDatabase();
  shares = await buildShareApp(database.store);
  shares.objects.read = () => Promise.resolve(Readable.from(trickle()));
  await shares.app.listen({ host: '127.0.0.1', port: 0 });
  origin = `http://127.0.0.1:${String((shares.app.server.address() as AddressInfo).port)}`;
});
afterAll(async () => {
  await shares.app.close();
  await database.drop();
});

async function* trickle() {
  for (let at = 0; at < PIECES; at += 1) {
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    yield PIECE;
  }
}

/** Starts a download, shuts the share when it has begun, and answers how many ms later it was ended. */
async function endsAfter(what: 'file' | 'zip', shut: (shareId: string) => Promise<void>): Promise<number> {
  const share = await shares.share();
  const sizeBytes = String(PIECES * PIECE.length);
  const ids = share.assets.map(({ id }) => id);
  await database.store.db.updateTable('media').set({ size_bytes: sizeBytes }).where('asset_id', 'in', ids).execute();
  for (const [key, held] of shares.objects.held) {
    if (!key.endsWith('.webp')) shares.objects.held.set(key, { ...held, content: Buffer.alloc(Number(sizeBytes)) });
  }
  const path = what === 'zip' ? `${share.path}/download.zip` : share.pathOf(share.assets[0], 'download');
  const request = get(origin + path);
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  expect(answer.statusCode).toBe(200);
  await once(answer, 'data');
  answer.resume();
  const closed = new Promise<void>((resolve) => {
    answer.on('error', () => undefined).once('close', resolve);
  });
  const startedAt = performance.now();
  await shut(share.id);
  await closed;
  expect(answer.complete).toBe(false);
  return performance.now() - startedAt;
}

const revoke = async (id: string) => {
  await database.store.db
    .updateTable('shares')
    .set({ status: 'revoked', revoked_at: new Date() })
    .where('id', '=', id)
    .execute();
};

test.each(['file', 'zip'] as const)(
  'a %s that is being downloaded ends within two seconds of a revoke',
  async (what) => {
    expect(await endsAfter(what, revoke)).toBeLessThan(2_000);
  },
);

test('so does one of a share that expires meanwhile, or whose password was changed', async () => {
  const { db } = database.store;
  const setTo = (values: { readonly expires_at?: Date; readonly version?: number }) => async (id: string) => {
    await db.updateTable('shares').set(values).where('id', '=', id).execute();
  };
  expect(await endsAfter('file', setTo({ expires_at: new Date(shares.clock.nowMs) }))).toBeLessThan(2_000);
  expect(await endsAfter('file', setTo({ version: 2 }))).toBeLessThan(2_000);
});
