import { addApiKey } from '../../../src/store/credentials';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createAssets, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../../support/fixtures'; // prettier-ignore
import { createReview } from '../../support/reviews';
import { buildPagesApp, type PagesApp } from './pages-app';

let database: TestDatabase;
let pages: PagesApp;
let project: TestThing;
let requester: TestUser;
let ann: TestUser;
let cookies: Record<'requester' | 'ann', string>;

const db = () => database.store.db;

beforeAll(async () => {
  database = await createTestDatabase();
  pages = await buildPagesApp(database.store);
});
afterAll(async () => {
  await pages.app.close();
  await database.drop();
});
beforeEach(async () => {
  [project, requester, ann] = [await createProject(db()), await createUser(db()), await createUser(db())]; // prettier-ignore
  await grantAccess(db(), project.id, ann.ownTeamId, { canApprove: true });
  await grantAccess(db(), project.id, requester.ownTeamId, { canWrite: true });
  cookies = {
    requester: await pages.signIn(await addApiKey(db(), requester.id)),
    ann: await pages.signIn(await addApiKey(db(), ann.id)),
  };
});

async function ask(count: number, title = 'shot') {
  const assets = await createAssets(db(), { projectId: project.id, ownerId: requester.id }, count, title);
  const assetIds = assets.map(({ id }) => id);
  await createReview(db(), { project, requester, policy: { kind: 'all' }, assetIds, approverIds: [ann.id] });
  return assets;
}

const uuidOf = (thing: TestThing | undefined) => thing?.uuid ?? '';

test('the page shows what waits for its viewer, to whom it was asked, and to nobody else', async () => {
  await ask(2, '<b>shot</b>');
  const page = (await pages.get('/reviews', cookies.ann)).body;
  expect(page).toContain('&lt;b>shot&lt;/b> 1');
  expect(page).toContain(`${requester.email} asks · project`);
  expect((await pages.get('/reviews', cookies.requester)).body).toContain('Nothing waits for your review.');
  expect((await pages.get('/reviews', '')).headers['location']).toBe('/login?next=%2Freviews');
});

test('one is approved with a comment, and is gone from the list; the requester sees who answered what', async () => {
  const [first] = await ask(2);
  const form = { asset: uuidOf(first), answer: 'approved', comment: 'Lovely.' };
  const answer = await pages.post('/reviews/answer', cookies.ann, form);
  expect([answer.statusCode, answer.headers['location']]).toEqual([303, '/reviews?answered=1&refused=0']);
  const page = (await pages.get('/reviews?answered=1&refused=0', cookies.ann)).body;
  expect(page).toContain('1 answer is given.');
  expect(page).not.toContain(uuidOf(first));
  const comments = await db()
    .selectFrom('comments')
    .select('message')
    .where('asset_id', '=', first?.id ?? '')
    .execute();
  expect(comments).toEqual([{ message: 'Lovely.' }]);
  const asked = (await pages.get('/reviews/asked', cookies.requester)).body;
  expect(asked).toContain(`${ann.email}: Approved`);
  expect(asked).toContain(`${ann.email}: Pending`);
});

test('what is ticked is answered at once; what takes no answer any more is counted', async () => {
  const [one, two, three] = await ask(3);
  await db().updateTable('review_requests').set({ closed_at: new Date(), closed_reason: 'cancelled' }).where('asset_id', '=', three?.id ?? '').execute(); // prettier-ignore
  const boxes = Object.fromEntries([one, two, three].map((asset) => [`pick-${uuidOf(asset)}`, 'on']));
  const answer = await pages.post('/reviews/answer', cookies.ann, { ...boxes, answer: 'needs_revision', comment: '' });
  expect(answer.headers['location']).toBe('/reviews?answered=2&refused=1');
  const told = (await pages.get('/reviews?answered=2&refused=1', cookies.ann)).body;
  expect(told).toContain('2 answers are given.');
  expect(told).toContain('1 asset takes no answer of yours any more.');
});

test('nothing ticked, a foreign origin and a field that is none change nothing', async () => {
  const [asset] = await ask(1);
  const form = { asset: uuidOf(asset), answer: 'approved', comment: '' };
  expect((await pages.post('/reviews/answer', cookies.ann, { answer: 'approved' })).headers['location']).toBe('/reviews?none=1'); // prettier-ignore
  expect((await pages.post('/reviews/answer', cookies.ann, form, { origin: 'http://other.test' })).statusCode).toBe(
    403,
  );
  expect((await pages.post('/reviews/answer', cookies.ann, { ...form, answer: 'maybe' })).statusCode).toBe(400);
  expect((await pages.post('/reviews/answer', cookies.ann, { ...form, more: 'x' })).statusCode).toBe(400);
  expect((await pages.post('/reviews/answer', cookies.requester, form)).headers['location']).toBe('/reviews?answered=0&refused=1'); // prettier-ignore
  const reviews = await db().selectFrom('reviews').select('answer').where('approver_id', '=', ann.id).execute();
  expect(reviews).toEqual([{ answer: 'pending' }]);
});

test('a long list comes in pages, without gaps', async () => {
  const assets = await ask(30);
  const first = (await pages.get('/reviews', cookies.ann)).body;
  const next = /href="(\/reviews\?after=\d+)"/.exec(first)?.[1] ?? '';
  const second = (await pages.get(next, cookies.ann)).body;
  const seen = assets.map(({ uuid }) => [first, second].filter((page) => page.includes(uuid)).length);
  expect(seen).toEqual(Array<number>(30).fill(1));
});
