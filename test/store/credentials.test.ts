import {
  addApiKey,
  findUserByApiKey,
  findUserByEmail,
  findUserByUuid,
  findUserByUuidOrEmail,
  hashApiKey,
} from '../../src/store/credentials';
import { newUuid } from '../../src/store/ids';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createUser, type TestUser } from '../support/fixtures';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function deleteUser(user: TestUser): Promise<void> {
  await database.store.db.updateTable('users').set({ deleted_at: new Date() }).where('id', '=', user.id).execute();
}

describe('API keys', () => {
  test('a key names its user, with an id in decimal text', async () => {
    const { db, pool } = database.store;
    const user = await createUser(db, { admin: true });
    const key = await addApiKey(db, user.id);
    expect(await findUserByApiKey(pool, key)).toEqual({ id: user.id, uuid: user.uuid, email: user.email, admin: true });
    expect(typeof user.id).toBe('string');
  });

  test('the store holds the hash and the last four characters, and the key nowhere', async () => {
    const { db } = database.store;
    const user = await createUser(db);
    const key = await addApiKey(db, user.id);
    const row = await db.selectFrom('api_keys').selectAll().where('user_id', '=', user.id).executeTakeFirstOrThrow();
    expect(row.hash.equals(hashApiKey(key))).toBe(true);
    expect(row.last4).toBe(key.slice(-4));
    expect(JSON.stringify(row)).not.toContain(key.slice(3, 31));
  });

  test('a revoked key names nobody from then on', async () => {
    const { db, pool } = database.store;
    const user = await createUser(db);
    const [revoked, kept] = [await addApiKey(db, user.id), await addApiKey(db, user.id)];
    await db.updateTable('api_keys').set({ revoked_at: new Date() }).where('hash', '=', hashApiKey(revoked)).execute();
    expect(await findUserByApiKey(pool, revoked)).toBeNull();
    expect(await findUserByApiKey(pool, kept)).toMatchObject({ id: user.id });
  });

  test('the key of a deleted user names nobody', async () => {
    const { db, pool } = database.store;
    const user = await createUser(db);
    const key = await addApiKey(db, user.id);
    await deleteUser(user);
    expect(await findUserByApiKey(pool, key)).toBeNull();
  });
});

describe('users that tokens name', () => {
  test('a live user is found by uuid, and by e-mail address in any case', async () => {
    const { db, pool } = database.store;
    const user = await createUser(db, { email: 'Mixed.Case@example.test' });
    expect(await findUserByUuid(pool, user.uuid)).toMatchObject({ id: user.id });
    expect(await findUserByEmail(pool, 'mixed.CASE@example.test')).toMatchObject({ id: user.id });
  });

  test('a deleted user is found by neither', async () => {
    const { db, pool } = database.store;
    const user = await createUser(db);
    await deleteUser(user);
    expect(await findUserByUuid(pool, user.uuid)).toBeNull();
    expect(await findUserByEmail(pool, user.email)).toBeNull();
  });

  test('a uuid of ours wins over the address', async () => {
    const { db, pool } = database.store;
    const [named, other] = [await createUser(db), await createUser(db)];
    expect(await findUserByUuidOrEmail(pool, named.uuid, other.email)).toMatchObject({ id: named.id });
  });

  test('a uuid that is not ours leaves it to the address', async () => {
    const { db, pool } = database.store;
    const user = await createUser(db);
    expect(await findUserByUuidOrEmail(pool, newUuid(), user.email.toUpperCase())).toMatchObject({ id: user.id });
    expect(await findUserByUuidOrEmail(pool, newUuid(), 'nobody@example.test')).toBeNull();
  });

  test("a deleted user's uuid does not reach the next owner of the address", async () => {
    const { db, pool } = database.store;
    const before = await createUser(db, { email: 'desk@example.test' });
    await deleteUser(before);
    const after = await createUser(db, { email: 'desk@example.test' });
    expect(await findUserByUuidOrEmail(pool, before.uuid, 'desk@example.test')).toBeNull();
    expect(await findUserByUuidOrEmail(pool, after.uuid, 'desk@example.test')).toMatchObject({ id: after.id });
  });
});

test('each lookup uses an index', async () => {
  const { pool } = database.store;
  const client = await pool.connect();
  try {
    await client.query('set enable_seqscan = off');
    for (const condition of [
      "k.hash = '\\x00' and k.revoked_at is null and u.deleted_at is null",
      `u.uuid = '${newUuid()}' and u.deleted_at is null`,
      "lower(u.email) = 'a' and u.deleted_at is null",
    ]) {
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        `explain select u.id from users u join api_keys k on u.id = k.user_id where ${condition}`,
      );
      expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toMatch(
        /Index.*(users_uuid_key|users_email|api_keys_hash_key)/,
      );
    }
  } finally {
    client.release(true);
  }
});
