import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createPageLibrary, type PageLibrary } from './page-library';
import { buildPagesApp, type PagesApp } from './pages-app';

let database: TestDatabase;
let pages: PagesApp;
let library: PageLibrary;
let cookie: string;

beforeAll(async () => {
  database = await createTestDatabase();
  pages = await buildPagesApp(database.store);
  library = await createPageLibrary(database.store);
  cookie = await pages.signIn(library.apiKey);
});
afterAll(async () => {
  await pages.app.close();
  await database.drop();
});

const pageOf = async (token: string) => (await pages.get(`/jobs/${token}`, cookie)).body;
const stateOf = async (token: string) => /data-state="(\w+)"/.exec(await pageOf(token))?.[1];
const buttonsOf = async (token: string) =>
  [...(await pageOf(token)).matchAll(/action="\/jobs\/[0-9a-f-]{36}\/(\w+)"/g)].map(([, action]) => action);

async function press(token: string, action: string, form: Record<string, string> = {}): Promise<string> {
  const answer = await pages.post(`/jobs/${token}/${action}`, cookie, form);
  expect(answer.statusCode).toBe(303);
  return String(answer.headers.location);
}

test('a job is offered what makes sense for it, and nothing else', async () => {
  const job = await library.startJob(3);
  expect(await buttonsOf(job.token)).toEqual(['pause', 'cancel']);
  await library.pauseJob(job);
  expect(await buttonsOf(job.token)).toEqual(['resume', 'cancel']);
  const clean = await library.startJob(3);
  await library.finishJob(clean);
  expect(await buttonsOf(clean.token)).toEqual(['undo']);
  expect(await buttonsOf((await library.createMixedJob()).token)).toEqual(['retry', 'undo']);
});

test('pause, resume and cancel act and lead back to the job', async () => {
  const { token } = await library.startJob(3);
  for (const [action, state] of [
    ['pause', 'paused'],
    ['resume', 'running'],
    ['cancel', 'cancelled'],
  ] as const) {
    // prettier-ignore
    expect(await press(token, action)).toBe(`/jobs/${token}#steer`);
    expect(await stateOf(token)).toBe(state);
  }
  expect(pages.nudged.filter((each) => each === token)).toHaveLength(3);
});

test('the page of a paused job says who paused it', async () => {
  const { token } = await library.startJob(3);
  await press(token, 'pause');
  expect(await pageOf(token)).toContain(`Paused by ${library.user.email}`);
});

test('retry and undo lead to the job that they make; parent and child name each other', async () => {
  const parent = await library.createMixedJob();
  const retried = (await press(parent.token, 'retry', { idempotency_key: 'a' })).split(/[/#]/)[2] ?? '';
  const undone = (await press(parent.token, 'undo', { idempotency_key: 'b' })).split(/[/#]/)[2] ?? '';
  expect(pages.dispatched.map(({ token }) => token)).toEqual(expect.arrayContaining([retried, undone]));
  const page = await pageOf(parent.token);
  expect(page).toMatch(new RegExp(`Retried by</dt><dd><a href="/jobs/${retried}"`));
  expect(page).toMatch(new RegExp(`Undone by</dt><dd><a href="/jobs/${undone}"`));
  expect(await pageOf(retried)).toMatch(new RegExp(`Retry of</dt><dd><a href="/jobs/${parent.token}"`));
  expect(await pageOf(undone)).toMatch(new RegExp(`Undo of</dt><dd><a href="/jobs/${parent.token}"`));
});

test('the same form sent twice makes one job', async () => {
  const parent = await library.createMixedJob();
  const [, key = ''] = /name="idempotency_key" value="([^"]+)"/.exec(await pageOf(parent.token)) ?? [];
  expect(key).not.toBe('');
  const both = await Promise.all([press(parent.token, 'undo', { idempotency_key: key }), press(parent.token, 'undo', { idempotency_key: key })]); // prettier-ignore
  expect(new Set(both).size).toBe(1);
});

test('a button of a job that has ended meanwhile leads back to it with a notice', async () => {
  const job = await library.startJob(3);
  await library.finishJob(job);
  const location = await press(job.token, 'pause');
  expect(location).toBe(`/jobs/${job.token}?notice=job_ended`);
  expect((await pages.get(location, cookie)).body).toContain('Nothing was changed: the job had ended before.');
});

test.each([
  ['retry', 'nothing_failed', 'There is nothing to retry'],
  ['undo', 'job_not_ended', 'the job has not ended yet'],
])('%s that makes no sense is told: %s', async (action, code, words) => {
  const job = await library.startJob(3);
  if (action === 'retry') await library.finishJob(job);
  const location = await press(job.token, action);
  expect(location).toBe(`/jobs/${job.token}?notice=${code}`);
  expect((await pages.get(location, cookie)).body).toContain(words);
});

test('an address cannot put words of its own into a page', async () => {
  const job = await library.startJob(1);
  const { body } = await pages.get(`/jobs/${job.token}?notice=Call+0900+1234`, cookie);
  expect(body).not.toContain('0900');
  expect(body).toContain('that cannot be done with this job as it is now');
});

test('who may no longer write in the project is told so', async () => {
  const leaver = await createPageLibrary(database.store);
  const job = await leaver.createMixedJob();
  const session = await pages.signIn(leaver.apiKey);
  await database.store.db.updateTable('team_access').set({ can_write: false }).where('project_id', '=', leaver.project.id).execute(); // prettier-ignore
  const answer = await pages.post(`/jobs/${job.token}/undo`, session);
  expect(answer.headers.location).toBe(`/jobs/${job.token}?notice=forbidden`);
});
