import { addApiKey } from '../../src/store/credentials';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { buildMediaPocketApp, type MediaPocketApp } from './media-pocket-app';

let database: TestDatabase;
let facade: MediaPocketApp;
let user: TestUser;
let key: string;
let readerKey: string;
let strangerKey: string;
let project: TestThing;

const db = () => database.store.db;

beforeAll(async () => {
  database = await createTestDatabase();
  facade = await buildMediaPocketApp(database.store);
  user = await createUser(db());
  key = await addApiKey(db(), user.id);
  const reader = await createUser(db());
  readerKey = await addApiKey(db(), reader.id);
  strangerKey = await addApiKey(db(), (await createUser(db())).id);
  project = await createProject(db());
  await grantAccess(db(), project.id, user.ownTeamId, { canWrite: true });
  await grantAccess(db(), project.id, reader.ownTeamId);
});
afterAll(async () => {
  await facade.app.close();
  await database.drop();
});

const MD5 = 'c6779ec2960296ed9a04f08d67f64422';
const SHA256 = 'b'.repeat(64);
const CREATED_AT = new Date('2026-01-02T03:04:05.678Z');

/** An image with a picture and its sound, one object each. */
async function addAssetWithMedia(): Promise<{ asset: TestThing; ids: number[] }> {
  const [asset] = (await createAssets(db(), { projectId: project.id, ownerId: user.id }, 1)) as [TestThing];
  await db()
    .updateTable('assets')
    .set({ original_filename: 'Sea.JPG', md5_sum: MD5, size_bytes: '2048' })
    .where('id', '=', asset.id)
    .execute();
  const common = { asset_id: asset.id, md5_sum: MD5, sha256_sum: SHA256, created_at: CREATED_AT };
  const rows = await db()
    .insertInto('media')
    .values([
      {
        ...common,
        filename: 'Sea.JPG',
        media_type: 'image',
        content_type: 'image/jpeg',
        size_bytes: '2048',
        width: 640,
        height: 480,
        object_key: `${asset.key}/sea`,
      },
      {
        ...common,
        filename: 'sea.wav',
        media_type: 'audio',
        content_type: 'audio/wav',
        size_bytes: '9007199254740991',
        duration_seconds: 1.5,
        object_key: `${asset.key}/sound`,
      },
    ]) // prettier-ignore
    .returning('id')
    .execute();
  return { asset, ids: rows.map(({ id }) => Number(id)) };
}

const get = (path: string, as = key) => facade.call(as, 'GET', `/api/v2/assets/${path}`);
const remove = (asset: TestThing, as = key) => facade.call(as, 'DELETE', `/api/v2/assets/${asset.key}/media`);

const historyOf = (asset: TestThing) =>
  db().selectFrom('history').select(['kind', 'actor_id', 'project_id', 'details', 'created_at']).where('asset_id', '=', asset.id).execute(); // prettier-ignore

const removalsOf = async (asset: TestThing) =>
  (
    await db()
      .selectFrom('object_removals')
      .select('object_key')
      .where('object_key', 'like', `${asset.key}/%`)
      .orderBy('object_key')
      .execute()
  ).map((row) => row.object_key.slice(asset.key.length + 1));

describe('GET media', () => {
  it('lists the media of an asset, oldest first, members in the order of the reference', async () => {
    const { asset, ids } = await addAssetWithMedia();
    const answer = await get(`${asset.key}/media`);
    const previews = { small: null, medium: null, large: null };
    const shared = { md5_sum: MD5, sha256_sum: SHA256 };
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toBe(
      JSON.stringify({
        media: [
          { id: ids[0], filename: 'Sea.JPG', media_type: 'image', content_type: 'image/jpeg', size: 2048, ...shared, width: 640, height: 480, duration: null, preview_urls: previews, created_at: CREATED_AT.toISOString() },
          { id: ids[1], filename: 'sea.wav', media_type: 'audio', content_type: 'audio/wav', size: 9007199254740991, ...shared, width: null, height: null, duration: 1.5, preview_urls: previews, created_at: CREATED_AT.toISOString() },
        ],
      }), // prettier-ignore
    );
  });

  it('adds where the bytes lie when asked to', async () => {
    const { asset } = await addAssetWithMedia();
    interface Body {
      media: { locations?: unknown }[];
    }
    const locations = async (query: string) =>
      (await get(`${asset.key}/media${query}`)).json<Body>().media.map((media) => media.locations);
    expect(await locations('?include_locations=true')).toEqual([
      [{ storage: 'memory', key: `${asset.key}/sea`, size: 2048 }],
      [{ storage: 'memory', key: `${asset.key}/sound`, size: 9007199254740991 }],
    ]);
    expect(await locations('?include_locations=false')).toEqual([undefined, undefined]);
    expect(await locations('')).toEqual([undefined, undefined]);
  });

  it('takes each of the three names, lets readers read, and does not exist for a stranger', async () => {
    const { asset } = await addAssetWithMedia();
    for (const name of [asset.id, asset.uuid, asset.key]) expect((await get(`${name}/media`)).statusCode).toBe(200);
    expect((await get(`${asset.key}/media`, readerKey)).statusCode).toBe(200);
    const foreign = await get(`${asset.key}/media`, strangerKey);
    expect([foreign.statusCode, foreign.body]).toEqual([404, '{"error":"asset not found"}']);
  });

  it('takes no more than three queries', async () => {
    const { asset } = await addAssetWithMedia();
    const connections = jest.spyOn(database.store.pool, 'connect');
    await get(`${asset.key}/media`);
    expect(connections.mock.calls.length).toBeLessThanOrEqual(3);
    expect(connections.mock.calls.length).toBeGreaterThan(0);
  });
});

describe('GET download_url', () => {
  it('is null for media whose file is gone', async () => {
    const { asset, ids } = await addAssetWithMedia();
    const answer = await get(`${asset.key}/media/${String(ids[0])}/download_url?filename=sea.jpg`);
    expect([answer.statusCode, answer.body]).toEqual([200, '{"url":null}']);
  });

  it.each(['0', '999999999', '-1', '1.5', '01', 'x', '99999999999999999999', '01a1fe3b-d692-7dc5-859d-ed698620050d'])(
    'knows no media %s',
    async (id) => {
      const { asset } = await addAssetWithMedia();
      const answer = await get(`${asset.key}/media/${id}/download_url?filename=a.jpg`);
      expect(answer.statusCode).toBe(404);
      const error = `Couldn't find Media with 'id'=${id} [WHERE "media"."asset_id" = $1]`;
      expect(answer.body).toBe(JSON.stringify({ error }));
    },
  );

  it("does not find another asset's media", async () => {
    const [one, other] = [await addAssetWithMedia(), await addAssetWithMedia()];
    const answer = await get(`${one.asset.key}/media/${String(other.ids[0])}/download_url?filename=a.jpg`);
    expect(answer.statusCode).toBe(404);
  });

  it('wants a filename that is not turned round by marks in it', async () => {
    const { asset, ids } = await addAssetWithMedia();
    const ask = (query: string) => get(`${asset.key}/media/${String(ids[0])}/download_url${query}`);
    const missing = await ask('');
    expect([missing.statusCode, missing.body]).toEqual([422, '{"error":"Missing parameter filename"}']);
    for (const mark of ['\u202e', '\u2066', '\u200f']) {
      const turned = await ask(`?filename=a${encodeURIComponent(mark)}gpj.exe`);
      expect(turned.statusCode).toBe(422);
      expect(turned.json<{ error: string }>().error).toMatch(/^Invalid parameter 'filename' value "a.gpj\.exe": Must not/u); // prettier-ignore
    }
    expect((await ask('?filename=a%00b')).statusCode).toBe(400);
  });

  it('looks for the asset, then for the media, then at the filename', async () => {
    const { asset } = await addAssetWithMedia();
    expect((await get('nothing/media/x/download_url')).json()).toEqual({ error: 'asset not found' });
    expect((await get(`${asset.key}/media/x/download_url`)).statusCode).toBe(404);
  });
});

describe('GET file_metadata', () => {
  it('is empty where no file has been read', async () => {
    const { asset } = await addAssetWithMedia();
    const answer = await get(`${asset.key}/file_metadata`);
    expect([answer.statusCode, answer.body]).toEqual([200, '{"exif":{},"iptc":{},"xmp":{},"mediainfo":{}}']);
    expect((await get(`${asset.key}/file_metadata`, strangerKey)).body).toBe('{"error":"asset not found"}');
  });
});

describe('DELETE media', () => {
  it('makes the asset a placeholder, notes its objects for removal, and writes history', async () => {
    const { asset, ids } = await addAssetWithMedia();
    const kept = await addAssetWithMedia();
    const answer = await remove(asset);
    expect(answer.statusCode).toBe(200);
    const body = answer.json<{ asset: Record<string, unknown>; errors: unknown }>();
    expect(Object.keys(body)).toEqual(['asset', 'errors']);
    expect(body.errors).toBeNull();
    expect(body.asset).toMatchObject({ id: asset.key, media_type: 'placeholder', original_filename: null, md5_sum: null }); // prettier-ignore
    expect((await get(asset.key)).json()).toEqual({ asset: body.asset });
    expect((await get(`${asset.key}/media`)).json()).toEqual({ media: [] });
    const { size_bytes } = await db().selectFrom('assets').select('size_bytes').where('id', '=', asset.id).executeTakeFirstOrThrow(); // prettier-ignore
    expect(size_bytes).toBeNull();
    expect(await removalsOf(asset)).toEqual(['sea', 'sound']);
    expect(await historyOf(asset)).toEqual([
      {
        kind: 'media_removed',
        actor_id: user.id,
        project_id: project.id,
        details: {
          media: [
            { id: ids[0], filename: 'Sea.JPG' },
            { id: ids[1], filename: 'sea.wav' },
          ],
        },
        created_at: new Date(String(body.asset['modification_date'])),
      },
    ]);
    expect((await get(`${kept.asset.key}/media`)).json<{ media: unknown[] }>().media).toHaveLength(2);
    expect(await removalsOf(kept.asset)).toEqual([]);
  });

  it('says so when there are none, and changes nothing', async () => {
    const { asset } = await addAssetWithMedia();
    await remove(asset);
    const before = (await get(asset.key)).json<{ asset: unknown }>();
    const again = await remove(asset);
    expect(again.statusCode).toBe(200);
    expect(again.json()).toEqual({ ...before, errors: { error: 'No media found on this asset.', status: 400 } });
    expect(await historyOf(asset)).toHaveLength(1);
  });

  it('of two at once, one removes and the other finds none', async () => {
    const { asset } = await addAssetWithMedia();
    const answers = await Promise.all([1, 2, 3, 4].map(() => remove(asset)));
    const errors = answers.map((answer) => answer.json<{ errors: unknown }>().errors);
    expect(errors.filter((error) => error === null)).toHaveLength(1);
    expect(await historyOf(asset)).toHaveLength(1);
  });

  it('takes up a removal again that had been put off', async () => {
    const { asset } = await addAssetWithMedia();
    const late = new Date(Date.now() + 3_600_000);
    await db().insertInto('object_removals').values({ object_key: `${asset.key}/sea`, attempts: 9, next_attempt_at: late, error: 'away' }).execute(); // prettier-ignore
    await remove(asset);
    const removal = await db().selectFrom('object_removals').selectAll().where('object_key', '=', `${asset.key}/sea`).executeTakeFirstOrThrow(); // prettier-ignore
    expect(removal).toMatchObject({ attempts: 0, error: null });
    expect(removal.next_attempt_at.getTime()).toBeLessThanOrEqual(Date.now());
  });

  it('is not allowed to readers, and unknown to strangers; nothing changes', async () => {
    const { asset } = await addAssetWithMedia();
    const refused = [await remove(asset, readerKey), await remove(asset, strangerKey)];
    expect(refused.map(({ statusCode, body }) => [statusCode, body])).toEqual([
      [403, '{"error":"Not allowed to perform this action"}'],
      [404, '{"error":"asset not found"}'],
    ]);
    expect((await get(`${asset.key}/media`)).json<{ media: unknown[] }>().media).toHaveLength(2);
  });

  it('all of it is taken back when any of it fails', async () => {
    const { asset } = await addAssetWithMedia();
    const { pool } = database.store;
    await pool.query(`create function refuse_media_removed() returns trigger language plpgsql as
      $$ begin if new.kind = 'media_removed' then raise exception 'no'; end if; return new; end $$`);
    await pool.query('create trigger refuse before insert on history for each row execute function refuse_media_removed()'); // prettier-ignore
    try {
      expect((await remove(asset)).statusCode).toBe(500);
    } finally {
      await pool.query('drop function refuse_media_removed cascade');
    }
    expect((await get(`${asset.key}/media`)).json<{ media: unknown[] }>().media).toHaveLength(2);
    expect(await removalsOf(asset)).toEqual([]);
  });
});
