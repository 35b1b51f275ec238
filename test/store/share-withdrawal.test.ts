import { sql } from 'kysely';
import { newUuid } from '../../src/store/ids';
import { findShare } from '../../src/store/share-reading';
import { findSharedAsset, listSharedFolder } from '../../src/store/share-shown';
import { withdrawFromShares } from '../../src/store/share-withdrawal';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createFolder, createProject, createUser, type TestThing } from '../support/fixtures';

let database: TestDatabase;
let ownerId: string;
let projectId: string;
let folder: TestThing;
let inner: TestThing;
let near: readonly TestThing[];
let deep: readonly TestThing[];
let shareId: string;

const db = () => database.store.db;
const FIRST = { after: null, limit: 100 };
const AT = new Date('2026-03-01T12:00:00.000Z');
const LATER = new Date('2026-03-01T13:00:00.000Z');

async function share(assets: readonly TestThing[]): Promise<string> {
  const made = await db()
    .insertInto('shares')
    .values({
      uuid: newUuid(),
      project_id: projectId,
      asset_id: assets[0]?.id ?? '',
      owner_id: ownerId,
      token_hash: Buffer.from(newUuid()),
    }) // prettier-ignore
    .returning('id')
    .executeTakeFirstOrThrow();
  const rows = assets.map(({ id }, at) => ({ share_id: made.id, no: at + 1, asset_id: id }));
  await db().insertInto('share_assets').values(rows).execute();
  return made.id;
}

const withdraw = (assets: readonly TestThing[], at = AT) =>
  withdrawFromShares(db(), assets.map(({ id }) => id), 'unshared', at); // prettier-ignore

/** What is off a share: `<asset> <instant>`. */
async function off(id = shareId): Promise<string[]> {
  const { rows } = await sql<{ line: string }>`
    select concat_ws(' ', asset_id, to_char(withdrawn_at at time zone 'UTC', 'HH24:MI')) as line
    from share_assets where share_id = ${id} and withdrawn_reason = 'unshared' order by asset_id`.execute(db());
  return rows.map(({ line }) => line);
}

const shows = async (asset: TestThing) => (await findSharedAsset(db(), shareId, asset.uuid)) !== null;

beforeAll(async () => {
  database = await createTestDatabase();
  ownerId = (await createUser(db())).id;
});

afterAll(async () => {
  await database.drop();
});

beforeEach(async () => {
  projectId = (await createProject(db())).id;
  const place = { projectId, ownerId };
  folder = await createFolder(db(), place, 'Spring');
  inner = await createFolder(db(), { ...place, parentId: folder.id }, 'Raw');
  near = await createAssets(db(), { ...place, parentId: folder.id }, 3);
  deep = await createAssets(db(), { ...place, parentId: inner.id }, 2);
  shareId = await share([folder]);
});

it('takes off what is shown only because a folder above it is', async () => {
  const [gone, stays] = [deep[0] as TestThing, deep[1] as TestThing];
  await withdraw([gone]);
  expect(await off()).toEqual([`${gone.id} 12:00`]);
  expect([await shows(gone), await shows(stays), await shows(folder)]).toEqual([false, true, true]);
  const listed = await listSharedFolder(db(), shareId, inner.id, FIRST);
  expect(listed.map(({ uuid }) => uuid)).toEqual([stays.uuid]);
});

it('keeps the instant of what is off already', async () => {
  await withdraw(near.slice(0, 1));
  await withdraw(near.slice(0, 2), LATER);
  expect(await off()).toEqual([`${near[0]?.id ?? ''} 12:00`, `${near[1]?.id ?? ''} 13:00`]);
});

it('a folder takes what is below it along, and nothing is noted of that one by one', async () => {
  await withdraw([inner, ...deep, near[0] as TestThing]);
  expect(await off()).toEqual([`${inner.id} 12:00`, `${near[0]?.id ?? ''} 12:00`]);
  expect(await Promise.all([inner, ...deep].map(shows))).toEqual([false, false, false]);
  await withdraw([folder, ...near]);
  expect(await off()).toEqual([folder, inner, near[0] as TestThing].map(({ id }) => `${id} 12:00`));
  expect(await Promise.all([folder, ...near].map(shows))).toEqual([false, false, false, false]);
});

it('reaches every share that shows it in whatever way, and no other', async () => {
  const file = deep[0] as TestThing;
  const [named, through, other] = [await share([file, folder]), await share([inner]), await share([near[0] as TestThing])]; // prettier-ignore
  await withdraw([file]);
  expect(await Promise.all([shareId, named, through, other].map(off))).toEqual([
    [`${file.id} 12:00`],
    [`${file.id} 12:00`],
    [`${file.id} 12:00`],
    [],
  ]);
});

it('the answer of a share tells all that is shown, and the newest thousand of what is off', async () => {
  const many = await createAssets(db(), { projectId, ownerId, parentId: inner.id }, 1_200);
  await withdraw(many);
  await withdraw(deep, LATER);
  const admin = await createUser(db(), { admin: true });
  const read = await findShare(db(), { by: 'id', id: shareId }, admin);
  const [shown, gone] = [true, false].map((is) => read?.contents.filter((each) => (each.withdrawnAt === null) === is));
  expect(shown?.map(({ id }) => id)).toEqual([folder.id]);
  expect(gone).toHaveLength(1_000);
  expect(gone?.map(({ id }) => id)).toEqual(expect.arrayContaining(deep.map(({ id }) => id)));
});
