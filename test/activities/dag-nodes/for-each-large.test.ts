import { readAsset } from '../../../src/store/assets';
import type { Store } from '../../../src/store/database';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createTestLoop } from '../../support/dag-loops';
import { createNodeLibrary } from '../../support/dag-nodes';
import { createAssets } from '../../support/fixtures';

let database: TestDatabase;
let store: Store;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ store } = database);
});
afterAll(() => database.drop());

const ITEMS = Number(process.env['LOOP_ITEMS'] ?? 2_000);

it('does thousands of changes of assets in few slices and some statements each, without holding them', async () => {
  const library = await createNodeLibrary(store.db);
  const assets = await createAssets(store.db, { projectId: library.project.id, ownerId: library.user.id }, 100);
  const items = Array.from({ length: ITEMS }, (_, at) => ({ id: assets[at % assets.length]?.uuid ?? '', title: `t ${String(at)}` })); // prettier-ignore
  const loop = await createTestLoop(store, {
    library,
    items,
    with: { asset: '${{ item.id }}', fields: { title: '${{ item.title }}' } },
  });
  let statements = 0;
  store.pool.on('acquire', (client) => {
    const query = client.query.bind(client) as (...given: unknown[]) => unknown;
    if ((client as { counted?: boolean }).counted === true) return;
    Object.assign(client, {
      counted: true,
      query: (...given: unknown[]) => {
        statements += 1;
        return query(...given);
      },
    });
  });
  let slices = 1;
  let result = await loop.slice();
  global.gc?.();
  const heapMb = process.memoryUsage().heapUsed / 2 ** 20;
  for (; result.kind === 'more'; slices += 1) result = await loop.slice();
  expect(result).toMatchObject({ kind: 'done', output: { total: ITEMS, succeeded: ITEMS, failed: 0 } });
  expect((await readAsset(store.db, assets[99]?.id ?? ''))?.title).toBe(`t ${String(ITEMS - 1)}`);
  process.stdout.write(`${String(statements)} statements, ${String(slices)} slices, heap ${heapMb.toFixed(0)} → ${(process.memoryUsage().heapUsed / 2 ** 20).toFixed(0)} MiB\n`); // prettier-ignore
  expect(statements / ITEMS).toBeLessThan(8);
  expect(slices).toBeLessThan(60);
  expect(process.memoryUsage().heapUsed / 2 ** 20 - heapMb).toBeLessThan(200);
}, 300_000);
