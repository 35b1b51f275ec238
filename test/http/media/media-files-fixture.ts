import { createHash } from 'node:crypto';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { createMediaLinks, type LinkTarget } from '../../../src/http/media-links';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createAssets, createUser } from '../../support/fixtures';
import { buildMediaPocketApp, LINK_KEY, type MediaPocketApp } from '../media-pocket-app';

export const CONTENT = Buffer.from('abcdefghij');
export const SHA256 = createHash('sha256').update(CONTENT).digest('hex');

export interface MadeMedia {
  readonly assetId: string;
  readonly mediaId: string;
  readonly key: string;
}

/** The façade with some media, and a clock that the test sets. */
export interface MediaFilesFixture {
  readonly database: TestDatabase;
  readonly facade: MediaPocketApp;
  readonly clock: { nowMs: number };
  /** Media with a file of ten bytes, and a small preview of four. */
  addMedia(over?: { readonly filename?: string; readonly contentType?: string }): Promise<MadeMedia>;
  hold(key: string, content: Buffer | string): void;
  linkTo(media: MadeMedia, over?: Partial<LinkTarget>): string;
  load(
    url: string,
    headers?: Record<string, string>,
    method?: InjectOptions['method'],
  ): Promise<LightMyRequestResponse>;
  close(): Promise<void>;
}

export async function createMediaFilesFixture(): Promise<MediaFilesFixture> {
  const database = await createTestDatabase();
  const { db } = database.store;
  const clock = { nowMs: Date.now() };
  const now = () => new Date(clock.nowMs);
  const facade = await buildMediaPocketApp(database.store, now);
  const links = createMediaLinks({ key: LINK_KEY, publicUrl: '', now });
  const user = await createUser(db);
  const hold = (key: string, content: Buffer | string) =>
    void facade.objects.held.set(key, { content: Buffer.from(content), modifiedAt: now() });
  return {
    database,
    facade,
    clock,
    hold,
    async addMedia({ filename = 'Sea.JPG', contentType = 'image/jpeg' } = {}) {
      const [asset] = await createAssets(db, { projectId: null, ownerId: user.id }, 1);
      const assetId = asset?.id ?? '';
      const key = `files/${assetId}`;
      const { id } = await db
        .insertInto('media')
        .values({
          asset_id: assetId,
          filename,
          media_type: 'image',
          content_type: contentType,
          size_bytes: String(CONTENT.length),
          md5_sum: 'm',
          sha256_sum: SHA256,
          object_key: key,
          previews: ['small'],
          created_at: now(),
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      hold(key, CONTENT);
      hold(`${key}.small.webp`, 'tiny');
      return { assetId, mediaId: id, key };
    },
    linkTo: ({ mediaId }, over = {}) => links.sign({ mediaId, variant: 'original', filename: null, ...over }),
    load: (url, headers = {}, method = 'GET') => facade.app.inject({ method, url, headers }),
    async close() {
      await facade.app.close();
      await database.drop();
    },
  };
}
