import { createTestDatabase, type TestDatabase } from '../../support/database';
import { buildShareApp, PASSWORD, type ShareApp, unlock } from './share-app';

let database: TestDatabase;
let shares: ShareApp;
let queries = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  const { store } = database;
  const db = store.db.withPlugin({
    transformQuery: ({ node }) => {
      queries += 1;
      return node;
    },
    transformResult: ({ result }) => Promise.resolve(result),
  });
  shares = await buildShareApp({ ...store, db });
});
afterAll(async () => {
  await shares.app.close();
  await database.drop();
});

const set = async (id: string, values: Record<string, unknown>) => {
  await database.store.db.updateTable('shares').set(values).where('id', '=', id).execute();
};
const gone: Record<string, (id: string, assetIds: readonly string[]) => Promise<void>> = {
  expired: (id) => set(id, { status: 'expired', expires_at: new Date(0), expired_at: new Date(0) }),
  revoked: (id) => set(id, { status: 'revoked', revoked_at: new Date() }),
  'whose assets are gone': async (_id, assetIds) => {
    for (const asset of assetIds)
      await database.store.db.updateTable('assets').set({ deleted_at: new Date(), trash_root_id: asset }).where('id', '=', asset).execute(); // prettier-ignore
  },
};

async function queriesOf(work: () => Promise<unknown>): Promise<number> {
  const before = queries;
  await work();
  return queries - before;
}

test.each(Object.keys(gone))('a link %s asks the store as often as one that never was', async (kind) => {
  const share = await shares.share({ password: PASSWORD });
  await gone[kind]?.(share.id, share.assets.map(({ id }) => id)); // prettier-ignore
  const unknown = { path: `/s/${'a'.repeat(32)}` };
  const counts = async (path: string) => [
    await queriesOf(() => shares.app.inject({ url: path })),
    await queriesOf(() => shares.app.inject({ url: `${path}/download.zip` })),
    await queriesOf(() => unlock(shares.app, { path }, 'wrong')),
  ];
  expect(await counts(share.path)).toEqual([1, 1, 1]);
  expect(await counts(unknown.path)).toEqual([1, 1, 1]);
});
