import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createAssets, createFolder, createProject, createUser, type TestThing } from '../../support/fixtures';
import { listSharedFiles, showsMoreThan } from '../../../src/store/share-shown';
import { buildShareApp, type ShareApp, type TestShare } from './share-app';

let database: TestDatabase;
let shares: ShareApp;
let share: TestShare;
let folder: TestThing;
let inner: TestThing;
let file: TestThing;
let deep: TestThing;
let projectId: string | null;

const db = () => database.store.db;
const get = (url: string) => shares.app.inject({ url });
const pageOf = (asset: TestThing) => share.pathOf(asset, '').slice(0, -1);
const statusOf = async (asset: TestThing) => (await get(share.pathOf(asset, 'download'))).statusCode;
const change = (asset: TestThing, values: Record<string, unknown>) =>
  db().updateTable('assets').set(values).where('id', '=', asset.id).execute();

async function giveFile(asset: TestThing, filename: string): Promise<void> {
  const content = Buffer.from(`content of ${filename}`);
  const values = {
    ...{
      asset_id: asset.id,
      filename,
      media_type: 'image',
      content_type: 'image/jpeg',
      size_bytes: String(content.length),
    },
    ...{
      md5_sum: 'm',
      sha256_sum: 'a'.repeat(64),
      object_key: `files/${asset.id}`,
      created_at: new Date(),
      previews: [],
    },
  };
  await db().insertInto('media').values(values).execute();
  shares.objects.held.set(values.object_key, { content, modifiedAt: new Date() });
}

/** The files of a ZIP with what is in them, as an independent reader finds them. */
function unzip(zip: Buffer): Record<string, string> {
  const directory = mkdtempSync(join(tmpdir(), 'longhaul-zip-'));
  try {
    writeFileSync(join(directory, 'a.zip'), zip);
    const script = 'import json,sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nprint(json.dumps({n:z.read(n).decode() for n in z.namelist()}))'; // prettier-ignore
    return JSON.parse(execFileSync('python3', ['-c', script, join(directory, 'a.zip')], { encoding: 'utf8' })) as Record<string, string>; // prettier-ignore
  } finally {
    rmSync(directory, { recursive: true });
  }
}

beforeAll(async () => {
  database = await createTestDatabase();
  shares = await buildShareApp(database.store);
});
afterAll(async () => {
  await shares.app.close();
  await database.drop();
});

/** `Spring` holds a file and the folder `Raw`, which holds another. */
async function make(inProject: boolean): Promise<void> {
  projectId = inProject ? (await createProject(db())).id : null;
  const place = { projectId, ownerId: shares.owner.id };
  folder = await createFolder(db(), place, 'Spring');
  inner = await createFolder(db(), { ...place, parentId: folder.id }, 'Raw');
  [file] = (await createAssets(db(), { ...place, parentId: folder.id }, 1, 'Sea')) as [TestThing];
  [deep] = (await createAssets(db(), { ...place, parentId: inner.id }, 1, 'Sky')) as [TestThing];
  await giveFile(file, 'sea.jpg');
  await giveFile(deep, '../sky.jpg');
  share = await shares.share({ name: 'Campaign' });
  const shown = share.assets.map(({ id }) => id);
  await db().deleteFrom('share_assets').where('share_id', '=', share.id).where('asset_id', 'in', shown).execute();
  await db().insertInto('share_assets').values({ share_id: share.id, no: 1, asset_id: folder.id }).execute();
}

describe.each([
  ['in a project', true],
  ['outside any', false],
] as const)('a folder %s', (_name, inProject) => {
  beforeEach(() => make(inProject));

  test('shows what lies in it, folder by folder, and offers it for download', async () => {
    const top = await get(share.path);
    expect(top.body).toContain(`href="${pageOf(folder)}"`);
    expect(top.body).not.toContain(pageOf(file));
    const within = await get(pageOf(folder));
    for (const asset of [file, inner]) expect(within.body).toContain(`href="${pageOf(asset)}"`);
    expect(within.body).not.toContain(pageOf(deep));
    const innermost = await get(pageOf(inner));
    expect(innermost.body).toContain(`href="${pageOf(deep)}"`);
    expect(innermost.body).toContain(`<a href="${pageOf(folder)}">Spring</a>`);
    expect((await get(share.pathOf(deep, 'download'))).body).toBe('content of ../sky.jpg');
    expect((await get(pageOf(deep))).body).toContain('Sky 1');
  });

  test('comes as one ZIP with its folders, and so does a folder in it', async () => {
    expect(unzip((await get(`${share.path}/download.zip`)).rawPayload)).toEqual({
      'Spring/sea.jpg': 'content of sea.jpg',
      'Spring/Raw/sky.jpg': 'content of ../sky.jpg',
    });
    const part = await get(share.pathOf(inner, 'download.zip'));
    expect(part.headers['content-disposition']).toBe('attachment; filename=Raw.zip');
    expect(unzip(part.rawPayload)).toEqual({ 'sky.jpg': 'content of ../sky.jpg' });
    expect((await get(share.pathOf(file, 'download.zip'))).statusCode).toBe(404);
  });

  test('shows what is moved in, and no more what is moved out or trashed', async () => {
    const place = { projectId, ownerId: shares.owner.id };
    const [other] = (await createAssets(db(), place, 1, 'Other')) as [TestThing];
    await giveFile(other, 'other.jpg');
    expect(await statusOf(other)).toBe(404);
    await change(other, { parent_id: inner.id });
    expect(await statusOf(other)).toBe(200);
    await change(inner, { parent_id: null });
    expect([await statusOf(other), await statusOf(deep), await statusOf(inner), await statusOf(file)]).toEqual([404, 404, 404, 200]); // prettier-ignore
    await change(file, { deleted_at: new Date(), trash_root_id: file.id });
    expect(await statusOf(file)).toBe(404);
    expect((await get(pageOf(folder))).body).toContain('There is nothing in this folder.');
    await change(folder, { deleted_at: new Date(), trash_root_id: folder.id });
    expect((await get(share.path)).statusCode).toBe(404);
  });

  test('what was taken off the share by itself stays off it with all that lies in it', async () => {
    const gone = {
      share_id: share.id,
      no: 2,
      asset_id: inner.id,
      withdrawn_at: new Date(),
      withdrawn_reason: 'removed',
    };
    await db().insertInto('share_assets').values(gone).execute();
    expect([await statusOf(deep), await statusOf(file)]).toEqual([404, 200]);
    expect((await get(pageOf(inner))).statusCode).toBe(404);
    expect((await get(pageOf(folder))).body).not.toContain(pageOf(inner));
    expect(Object.keys(unzip((await get(`${share.path}/download.zip`)).rawPayload))).toEqual(['Spring/sea.jpg']);
  });

  test('what is named beside its folder is in the ZIP once', async () => {
    await db().insertInto('share_assets').values({ share_id: share.id, no: 2, asset_id: deep.id }).execute();
    expect(Object.keys(unzip((await get(`${share.path}/download.zip`)).rawPayload))).toEqual([
      'Spring/sea.jpg',
      'sky.jpg',
    ]);
  });

  test('what lies above or beside it is not there', async () => {
    const above = await createFolder(db(), { projectId, ownerId: shares.owner.id }, 'Above');
    await change(folder, { parent_id: above.id });
    const [beside] = (await createAssets(db(), { projectId, ownerId: shares.owner.id, parentId: above.id }, 1)) as [TestThing]; // prettier-ignore
    for (const asset of [above, beside]) expect((await get(pageOf(asset))).statusCode).toBe(404);
    expect((await get(pageOf(inner))).body).not.toContain('Above');
  });
});

test('of another project, or of another owner outside any, nothing in it is shown', async () => {
  await make(true);
  const other = await createProject(db());
  await change(deep, { project_id: other.id });
  expect([await statusOf(deep), (await get(pageOf(inner))).body.includes(pageOf(deep))]).toEqual([404, false]);
  await make(false);
  await change(deep, { owner_id: (await createUser(db())).id });
  expect([await statusOf(deep), (await get(pageOf(inner))).body.includes(pageOf(deep))]).toEqual([404, false]);
});

test('a large folder is shown a page at a time, and its files are found a page at a time, each once', async () => {
  await make(true);
  const many = await createAssets(db(), { projectId, ownerId: shares.owner.id, parentId: inner.id }, 250);
  for (const asset of many.slice(0, 25)) await giveFile(asset, 'a.jpg');
  const seen: string[] = [];
  let url: string | undefined = pageOf(inner);
  while (url !== undefined) {
    const { body } = await get(url);
    const links = [...body.matchAll(/<h2><a href="([^"]+)"/g)].map(([, href = '']) => href);
    expect(links.length).toBeLessThanOrEqual(100);
    seen.push(...links);
    url = /href="([^"]+)">More/.exec(body)?.[1];
  }
  expect(seen).toEqual([deep, ...many].map(pageOf));
  const walk = { shareId: share.id, folderId: null };
  const found: string[] = [];
  for (let last = null as Parameters<typeof listSharedFiles>[2]; ;) {
    const files = await listSharedFiles(db(), walk, last, 7);
    found.push(...files.map(({ id }) => id));
    last = files.at(-1) ?? null;
    if (files.length < 7) break;
  }
  expect(found).toEqual([file, deep, ...many.slice(0, 25)].map(({ id }) => id));
  // The folders count as well.
  expect([await showsMoreThan(db(), walk, 253), await showsMoreThan(db(), walk, 254)]).toEqual([true, false]);
});
