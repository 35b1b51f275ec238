import { sql } from 'kysely';
import { badRequest, unavailable } from '../../../src/http/refusal';
import { addApiKey } from '../../../src/store/credentials';
import type { ReadableAsset } from '../../../src/store/asset-access';
import { newUuid } from '../../../src/store/ids';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createAssets, createFolder, createProject, createUser, grantAccess, type TestPlace, type TestThing, type TestUser } from '../../support/fixtures'; // prettier-ignore
import { putIntoTrash } from '../../support/put-into-trash';
import { textOf } from './page-text';
import { buildPagesApp, RETENTION_MS, type PagesApp } from './pages-app';

const DAY_MS = 24 * 60 * 60 * 1_000;
const JOB = '01a1fe3b-d692-7dc5-859d-ed698620050d';

let database: TestDatabase;
let pages: PagesApp;
let user: TestUser;
let project: TestThing;
let place: TestPlace;
let cookie: string;
let restored: string[];

/** Does as the real one does with a small tree; the title says when it should not. */
async function restore(asset: ReadableAsset): Promise<{ job: string | null }> {
  if (asset.title.startsWith('stuck')) throw badRequest('odd', 'it cannot be, for once');
  if (asset.title.startsWith('unlucky')) throw unavailable('store_unavailable', 'the store is away', 5);
  restored.push(asset.uuid);
  if (asset.title.startsWith('huge')) return { job: JOB };
  await sql`update assets set deleted_at = null, trash_root_id = null where trash_root_id = ${asset.id}`.execute(database.store.db); // prettier-ignore
  return { job: null };
}

beforeAll(async () => {
  database = await createTestDatabase();
  pages = await buildPagesApp(database.store, { assetActions: { restore } });
});
afterAll(async () => {
  await pages.app.close();
  await database.drop();
});
beforeEach(async () => {
  const { db } = database.store;
  restored = [];
  user = await createUser(db);
  project = await createProject(db, `<b>Project</b> of ${user.email}`);
  await grantAccess(db, project.id, user.ownTeamId, { canWrite: true });
  place = { projectId: project.id, ownerId: user.id };
  cookie = await pages.signIn(await addApiKey(db, user.id));
});

const shown = async (url = '/trash', session = cookie) => {
  const answer = await pages.get(url, session);
  expect(answer.statusCode).toBe(200);
  return answer.body;
};
const press = (form: Record<string, string>, session = cookie) => pages.post('/trash/restore', session, form);
async function trash(title: string, at = new Date(), where: TestPlace = place): Promise<TestThing> {
  const [asset] = await createAssets(database.store.db, where, 1, title);
  if (asset === undefined) throw new Error('no asset was made');
  await putIntoTrash(database.store.db, asset, at, { actorId: user.id });
  return asset;
}

test('an empty trash says so, and for how long things can be brought back', async () => {
  const text = textOf(await shown());
  expect(text).toContain('The trash is empty.');
  expect(text).toContain('can be brought back for 14 days');
  expect(textOf(await shown(`/trash?project=${project.uuid}`))).toContain('Nothing of this project lies in the trash.');
});

test('each thing is told with its place, who trashed it and when, and when it goes for good', async () => {
  const { db } = database.store;
  const at = new Date(Date.now() - DAY_MS - 1_000);
  const folder = await createFolder(db, place, 'Outtakes & "co"');
  const inside = await createAssets(db, place, 2);
  await putIntoTrash(db, folder, at, { withIt: inside.map(({ id }) => id), actorId: user.id });
  await trash('poster', new Date(), { ...place, parentId: (await createFolder(db, place, 'Keepers')).id });
  const body = await shown();
  const text = textOf(body);
  expect(text).toContain('Outtakes &amp; &quot;co&quot; folder, and 2 items in it');
  expect(text).toContain(`<b>Project</b> of ${user.email} at the root`);
  expect(text).toContain('poster 1 image');
  expect(text).toContain('in “Keepers”');
  expect(text).toContain(`by ${user.email}`);
  expect(text).toContain('Goes for good in 12 days');
  expect(body).toContain(`<time datetime="${at.toISOString()}">`);
  expect(body).toContain(`<time datetime="${new Date(at.getTime() + RETENTION_MS).toISOString()}">`);
  expect(body).not.toContain('<b>Project');
  expect(body.indexOf('Outtakes')).toBeLessThan(body.indexOf('poster 1'));
});

test('more than a thousand items in a folder are not counted out', async () => {
  const { db } = database.store;
  const folder = await createFolder(db, place);
  const inside = await createAssets(db, place, 1_001);
  await putIntoTrash(db, folder, new Date(), { withIt: inside.map(({ id }) => id) });
  expect(textOf(await shown())).toContain('1,000+ items in it');
});

test('what is restored comes back, and the page says where it is', async () => {
  const asset = await trash('poster');
  const answer = await press({ asset: asset.uuid, project: project.uuid });
  expect([answer.statusCode, answer.headers.location]).toEqual([303, `/trash?project=${project.uuid}&restored=${asset.uuid}`]); // prettier-ignore
  expect(restored).toEqual([asset.uuid]);
  const text = textOf(await shown(String(answer.headers.location)));
  expect(text).toContain(`poster 1 is back at the root of <b>Project</b> of ${user.email}.`);
  expect(text).toContain('Nothing of this project lies in the trash.');
});

test('what comes back by a job leads to the job', async () => {
  const asset = await trash('huge');
  const { headers } = await press({ asset: asset.uuid });
  expect(headers.location).toBe(`/trash?restored=${asset.uuid}_${JOB}`);
  expect(await shown(String(headers.location))).toContain(`<a href="/jobs/${JOB}">a job brings it back</a>`);
  await sql`update assets set deleted_at = null, trash_root_id = null where uuid = ${asset.uuid}`.execute(database.store.db); // prettier-ignore
  expect(textOf(await shown(String(headers.location)))).toContain('huge 1 is back at the root of');
});

test('a refusal is told beside the thing, in the words of the refusal', async () => {
  const asset = await trash('stuck');
  const answer = await press({ asset: asset.uuid });
  expect(answer.statusCode).toBe(400);
  expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
  const reason = `<p class="refused" id="refused-${asset.uuid}">It cannot be, for once.</p>`;
  expect(answer.body).toContain(reason);
  expect(answer.body).toContain(`aria-describedby="refused-${asset.uuid}"`);
  expect(textOf(answer.body)).toContain('stuck 1 did not come back.');
  const again = await pages.get('/trash/restore', cookie);
  expect([again.statusCode, again.headers.location]).toEqual([303, '/trash']);
});

test('what is ticked comes back, the last to be trashed first, and what cannot be is told', async () => {
  const [first, stuck, last] = [await trash('first', new Date(1e12)), await trash('stuck', new Date(2e12)), await trash('last', new Date(3e12))]; // prettier-ignore
  const ticked = Object.fromEntries([first, stuck, last].map(({ uuid }) => [`pick-${uuid}`, 'on']));
  const answer = await press(ticked);
  expect(answer.statusCode).toBe(400);
  expect(restored).toEqual([last.uuid, first.uuid]);
  const text = textOf(answer.body);
  expect(text).toContain('2 items came back:');
  expect(text).toContain('stuck 1 did not come back.');
  const both = await press({ [`pick-${(await trash('a')).uuid}`]: 'on', [`pick-${(await trash('b')).uuid}`]: 'on' });
  expect(both.statusCode).toBe(303);
  expect(textOf(await shown(String(both.headers.location)))).toContain('2 items came back: b 1 is back');
});

test('nothing ticked restores nothing, and says so', async () => {
  await trash('poster');
  const answer = await press({});
  expect([answer.statusCode, restored]).toEqual([400, []]);
  expect(textOf(answer.body)).toContain('Nothing was chosen.');
});

describe('who may do what', () => {
  let reader: TestUser;
  let session: string;
  beforeEach(async () => {
    const { db } = database.store;
    reader = await createUser(db);
    session = await pages.signIn(await addApiKey(db, reader.id));
  });

  test('a reader of the project sees no button, and is refused', async () => {
    await grantAccess(database.store.db, project.id, reader.ownTeamId);
    const asset = await trash('poster');
    const body = await shown('/trash', session);
    expect(body).toContain('poster 1');
    expect(body).not.toContain('action="/trash/restore"');
    expect(body).not.toContain('type="checkbox"');
    const answer = await press({ asset: asset.uuid }, session);
    expect([answer.statusCode, restored]).toEqual([403, []]);
    expect(answer.body).toContain('You have no right to write in its project.');
  });

  test('a stranger sees nothing, and what is foreign and what is gone read the same', async () => {
    const asset = await trash('poster');
    expect(await shown('/trash', session)).not.toContain('poster 1');
    const told = async (uuid: string) => {
      const answer = await press({ asset: uuid }, session);
      expect([answer.statusCode, restored]).toEqual([404, []]);
      return textOf(answer.body).replaceAll(uuid, '');
    };
    expect(await told(asset.uuid)).toBe(await told(newUuid()));
    expect((await pages.get(`/trash?project=${project.uuid}`, session)).statusCode).toBe(404);
    expect(await shown(`/trash?restored=${asset.uuid}`, session)).not.toContain('poster 1');
  });

  test('nobody is led to the login page and back, also from a button', async () => {
    const asset = await trash('poster');
    for (const answer of [await pages.get('/trash', ''), await press({ asset: asset.uuid }, '')]) {
      expect([answer.statusCode, answer.headers.location]).toEqual([303, '/login?next=%2Ftrash']);
    }
    expect(restored).toEqual([]);
  });

  test.each([['no'], ['a foreign']])('a form that comes with %s origin is refused', async (which) => {
    const asset = await trash('poster');
    const headers = {
      cookie,
      'content-type': 'application/x-www-form-urlencoded',
      ...(which === 'no' ? {} : { origin: 'http://elsewhere.test' }),
    };
    const request = { method: 'POST', url: '/trash/restore', payload: `asset=${asset.uuid}`, headers } as const;
    const answer = await pages.app.inject(request);
    expect([answer.statusCode, restored]).toEqual([403, []]);
  });
});

test('the list is narrowed to a project, and goes on at the next page with it', async () => {
  const { db } = database.store;
  const other = await createProject(db);
  await grantAccess(db, other.id, user.ownTeamId, { canWrite: true });
  await trash('elsewhere', new Date(1e12), { ...place, projectId: other.id });
  const made = await createAssets(db, place, 26, 'photo');
  for (const [no, asset] of made.entries()) await putIntoTrash(db, asset, new Date(1e12 + Math.floor(no / 4)));
  expect(await shown()).toContain('elsewhere 1');
  const first = await shown(`/trash?project=${project.uuid}`);
  const [, next = ''] = /href="([^"]+)" rel="next"/.exec(first) ?? [];
  const second = await shown(next.replaceAll('&amp;', '&'));
  expect(made.map(({ uuid }) => [first, second].map((body) => body.includes(`pick-${uuid}`)))).toEqual(
    made.map((_asset, at) => [at < 25, at === 25]),
  );
  expect(first).not.toContain('elsewhere 1');
  expect(second).not.toContain('rel="next"');
  const back = await press({ asset: made[25]?.uuid ?? '', project: project.uuid, cursor: /cursor=([\d-]+)/.exec(next)?.[1] ?? '' }); // prettier-ignore
  expect(textOf(await shown(String(back.headers.location)))).toContain('Nothing further lies in the trash.');
});

test('an address cannot put words of its own into the page', async () => {
  const live = (await createAssets(database.store.db, place, 1, 'live'))[0];
  const body = await shown(`/trash?restored=Call+0900+1234.${live?.uuid ?? ''}_x.${JOB}`);
  expect(body).not.toContain('0900');
  expect(body).not.toContain('class="notice"');
});

test('a bad address or form is a page that says so, and restores nothing', async () => {
  const asset = await trash('poster');
  const status = async (query: string) => (await pages.get(`/trash?${query}`, cookie)).statusCode;
  expect(await status('cursor=odd')).toBe(400);
  expect(await status('cursor=9999999999999999-1')).toBe(400);
  expect(await status('cursor=1-99999999999999999999')).toBe(400);
  expect(await status('what=1')).toBe(400);
  expect(await status('project=nonsense')).toBe(404);
  const forms = [{ asset: 'odd' }, { [`pick-odd`]: 'on' }, { other: 'x', asset: asset.uuid }, { asset: asset.uuid, cursor: 'odd' }]; // prettier-ignore
  for (const form of forms) expect((await press(form as Record<string, string>)).statusCode).toBe(400);
  expect((await press({ asset: asset.uuid, project: 'nonsense' })).statusCode).toBe(404);
  const tooMany = Object.fromEntries(Array.from({ length: 26 }, () => [`pick-${newUuid()}`, 'on']));
  expect((await press(tooMany)).statusCode).toBe(400);
  expect(restored).toEqual([]);
});

test('a fault of the machine room is a page of its own', async () => {
  const asset = await trash('unlucky');
  expect((await press({ asset: asset.uuid })).statusCode).toBe(503);
});
