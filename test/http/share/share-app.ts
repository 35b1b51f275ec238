import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { toKey } from '../../../src/domain/names';
import { buildApp } from '../../../src/http/app';
import { createCredentialVerifier } from '../../../src/http/credential-verifier';
import { createPageRoutes } from '../../../src/http/pages/routes';
import { createSharePageRoutes } from '../../../src/http/pages/share/routes';
import { createShareKeys } from '../../../src/http/pages/share/unlock';
import { createSessions } from '../../../src/http/session';
import { createSharePasswords } from '../../../src/http/share-password';
import type { Store } from '../../../src/store/database';
import { newUuid } from '../../../src/store/ids';
import { createShareToken } from '../../../src/store/share-token';
import { createAssets, createUser, type TestThing, type TestUser } from '../../support/fixtures';
import { createMemoryObjectStore, type MemoryObjectStore } from '../../support/memory-object-store';
import { silentLog } from '../test-app';

export const PASSWORD = 'correct horse';
const passwords = createSharePasswords();

export interface ShareOptions {
  readonly permissions?: readonly string[];
  readonly password?: string;
  readonly expiresAt?: Date | null;
  readonly type?: 'link' | 'user';
  readonly name?: string;
  readonly recipients?: readonly TestUser[];
}

/** A link, and what it was made of. */
export interface TestShare {
  readonly id: string;
  readonly token: string;
  readonly path: string;
  readonly assets: readonly TestThing[];
  pathOf(asset: TestThing | undefined, what: string): string;
}

export interface ShareApp {
  readonly app: FastifyInstance;
  readonly objects: MemoryObjectStore;
  readonly owner: TestUser;
  /** Ms since the epoch, for the façade and for the reads of shares. */
  readonly clock: { nowMs: number };
  /** A share of two assets with a file each, one of them with a preview, and of one without a file. */
  share(options?: ShareOptions): Promise<TestShare>;
}

/** The pages of shares as the façade puts them together, with a clock that the test sets. */
export async function buildShareApp(store: Store, publicUrl = 'http://f.test'): Promise<ShareApp> {
  const { db, pool } = store;
  const clock = { nowMs: Date.now() };
  const now = () => new Date(clock.nowMs);
  const objects = createMemoryObjectStore();
  const sessions = createSessions({ pool, secret: 'a secret of at least thirty-two characters', publicUrl, now: Date.now }); // prettier-ignore
  const owner = await createUser(db);
  const pages = createPageRoutes({
    ...{ db, sessions, now, trashRetentionMs: 1 },
    links: { publicUrl, temporalUiUrl: null, namespace: 'default' },
    mediaLinks: { sign: () => '' },
    onReviewChanged: () => undefined,
    dispatcher: { dispatch: () => undefined, nudge: () => undefined },
    assetActions: { restore: () => Promise.reject(new Error('not of shares')) },
  });
  const app = await buildApp({
    log: silentLog,
    publicUrl,
    credentials: createCredentialVerifier(pool, () => Promise.resolve(null), sessions),
    readiness: {},
    metrics: new Registry(),
    routes: [
      pages,
      createSharePageRoutes({
        ...{ db, objects, sessions, passwords, now, readAt: now },
        keys: createShareKeys(Buffer.alloc(32, 7)),
      }),
    ],
  });
  return { app, objects, owner, clock, share };

  async function share(options: ShareOptions = {}): Promise<TestShare> {
    const { permissions = ['view', 'download'], password, expiresAt = null, type = 'link', name } = options;
    const assets = await createAssets(db, { projectId: null, ownerId: owner.id }, 3);
    for (const [at, asset] of assets.slice(0, 2).entries()) {
      const content = Buffer.from(`content of file ${String(at)} of ${asset.id}`);
      const key = `files/${asset.id}`;
      const values = {
        ...{ asset_id: asset.id, filename: 'Sea.JPG', media_type: 'image', content_type: 'image/jpeg' },
        ...{ size_bytes: String(content.length), md5_sum: 'm', object_key: key, created_at: now() },
        sha256_sum: createHash('sha256').update(content).digest('hex'),
        previews: at === 0 ? ['small', 'medium'] : [],
      };
      await db.insertInto('media').values(values).execute();
      objects.held.set(key, { content, modifiedAt: now() });
      objects.held.set(`${key}.medium.webp`, { content: Buffer.from('webp'), modifiedAt: now() });
    }
    const { token, hash } = createShareToken();
    const { id } = await db
      .insertInto('shares')
      .values({
        ...{ uuid: newUuid(), asset_id: assets[0]?.id ?? '', owner_id: owner.id, name: name ?? null, type },
        ...{ permissions: [...permissions], token_hash: hash, expires_at: expiresAt },
        password_hash: password === undefined ? null : await passwords.hash(password),
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const rows = assets.map((asset, no) => ({ share_id: id, no, asset_id: asset.id }));
    await db.insertInto('share_assets').values(rows).execute();
    for (const { id: user, email } of options.recipients ?? [])
      await db.insertInto('share_recipients').values({ share_id: id, email, user_id: user }).execute();
    const path = `/s/${token}`;
    return { id, token, path, assets, pathOf: (asset, what) => `${path}/assets/${toKey(asset?.uuid ?? '')}/${what}` };
  }
}

/** Sends the form of the password, and answers the cookie of the right one. */
export async function unlock(
  app: FastifyInstance,
  { path }: Pick<TestShare, 'path'>,
  password: string,
  ip = '203.0.113.7',
) {
  const answer = await app.inject({
    method: 'POST',
    url: `${path}/unlock`,
    payload: new URLSearchParams({ password }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    remoteAddress: ip,
  });
  const [cookie] = answer.cookies;
  return { answer, cookie: cookie === undefined ? '' : `${cookie.name}=${cookie.value}`, given: cookie };
}
