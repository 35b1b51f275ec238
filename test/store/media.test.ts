import { setTimeout as sleep } from 'node:timers/promises';
import { removeMedia } from '../../src/store/media';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createUser, type TestThing, type TestUser } from '../support/fixtures';

let database: TestDatabase;
let user: TestUser;

const db = () => database.store.db;

beforeAll(async () => {
  database = await createTestDatabase();
  user = await createUser(db());
});
afterAll(() => database.drop());

async function addAsset(): Promise<TestThing> {
  const [asset] = (await createAssets(db(), { projectId: null, ownerId: user.id }, 1)) as [TestThing];
  return asset;
}

const INSERT_MEDIA = `insert into media
  (asset_id, filename, media_type, content_type, size_bytes, md5_sum, sha256_sum, object_key, created_at)
  values ($1, 'a.jpg', 'image', 'image/jpeg', 1, 'm', 's', gen_random_uuid()::text, now())`;

const countMedia = async (asset: TestThing) =>
  (await db().selectFrom('media').select('id').where('asset_id', '=', asset.id).execute()).length;

/** Until a statement of this database waits for a lock. */
async function untilOneWaits(): Promise<void> {
  const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  while ((await database.store.pool.query(waiting)).rowCount === 0) await sleep(5);
}

describe('removeMedia', () => {
  it('knows no asset that has been deleted for good, nor one of which that has been decided', async () => {
    const asset = await addAsset();
    await database.store.pool.query(INSERT_MEDIA, [asset.id]);
    const now = new Date();
    await db().updateTable('assets').set({ deleted_at: now, trash_root_id: asset.id, purging_at: now }).where('id', '=', asset.id).execute(); // prettier-ignore
    expect(await removeMedia(db(), asset.id, user)).toBeNull();
    expect(await countMedia(asset)).toBe(1);
    expect(await removeMedia(db(), '999999999', user)).toBeNull();
  });

  it('takes those of an asset in the trash, which stays there', async () => {
    const asset = await addAsset();
    await database.store.pool.query(INSERT_MEDIA, [asset.id]);
    const now = new Date();
    await db().updateTable('assets').set({ deleted_at: now, trash_root_id: asset.id }).where('id', '=', asset.id).execute(); // prettier-ignore
    expect(await removeMedia(db(), asset.id, user)).toMatchObject({ removed: true, asset: { deletedAt: now } });
    expect(await countMedia(asset)).toBe(0);
  });

  it('takes media too that came while it waited for the asset', async () => {
    const asset = await addAsset();
    const client = await database.store.pool.connect();
    try {
      await client.query('begin');
      await client.query('select from assets where id = $1 for update', [asset.id]);
      await client.query(INSERT_MEDIA, [asset.id]);
      const removal = removeMedia(db(), asset.id, user);
      await untilOneWaits();
      await client.query('commit');
      expect(await removal).toMatchObject({ removed: true, asset: { mediaType: 'placeholder' } });
    } finally {
      client.release();
    }
    expect(await countMedia(asset)).toBe(0);
  });
});
