import { sql } from 'kysely';
import { settleStatuses } from '../../src/store/review-status';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { createReview, writeAnswer } from '../support/reviews';
import { type CliHarness, createCli } from './run-in-process';

let database: TestDatabase;
let cli: CliHarness;
let spring: TestThing;
let ann: TestUser;
let bob: TestUser;
let mia: TestUser;

const db = () => database.store.db;

beforeEach(async () => {
  database = await createTestDatabase();
  cli = createCli({ DATABASE_URL: database.databaseUrl, TEMPORAL_ADDRESS: '127.0.0.1:1' });
  spring = await createProject(db(), 'Spring');
  ann = await createUser(db(), { email: 'ann@example.test' });
  bob = await createUser(db(), { email: 'bob@example.test' });
  mia = await createUser(db(), { email: 'mia@example.test' });
  for (const user of [ann, bob]) await grantAccess(db(), spring.id, user.ownTeamId, { canApprove: true });
});
afterEach(() => database.drop());

/** Four assets for two approvers: one approved, one to be revised, one pending and one cancelled. */
async function ask(project = spring) {
  const assets = await createAssets(db(), { projectId: project.id, ownerId: mia.id }, 4);
  const assetIds = assets.map(({ id }) => id);
  const approverIds = [ann.id, bob.id];
  const { jobId, requestIds } = await createReview(db(), { project, requester: mia, policy: { kind: 'minimum', minimum: 2 }, assetIds, approverIds }); // prettier-ignore
  const [approved = '', revised = '', , cancelled = ''] = requestIds;
  for (const { id } of [ann, bob]) await writeAnswer(db(), approved, id, 'approved');
  await writeAnswer(db(), revised, ann.id, 'needs_revision');
  await settleStatuses(db(), requestIds, new Date());
  await sql`update review_requests set closed_at = now(), closed_reason = 'cancelled' where id = ${cancelled}`.execute(db()); // prettier-ignore
  await sql`update reviews set waiting = false where request_id = ${cancelled}`.execute(db());
  await sql`update review_orders set created_at = '2026-03-01T12:00:00Z', due_at = '2026-03-03T12:00:00Z',
    remind_every_hours = 24, reminders = 1, message = 'Colours first,
please' where job_id = ${jobId}`.execute(db());
  const { uuid } = await db().updateTable('jobs').set({ state: 'done', outcome: 'succeeded', started_at: new Date(), finished_at: new Date() }).where('id', '=', jobId).returning('uuid').executeTakeFirstOrThrow(); // prettier-ignore
  return { token: uuid, requestIds };
}

const decideAll = (ids: readonly string[]) =>
  sql`update review_requests set status = 'approved', decided_at = now() where id = any(${ids}::bigint[])`.execute(
    db(),
  );

test('a list tells how far the reviews of each job have come, newest first', async () => {
  const [first, second] = [await ask(), await ask(await createProject(db(), 'Autumn'))];
  const { reviews, more } = (await cli.json('review', 'list')) as { reviews: { token: string }[]; more: boolean };
  expect([reviews.map(({ token }) => token), more]).toEqual([[second.token, first.token], false]);
  expect(reviews[1]).toEqual({
    token: first.token,
    state: 'done',
    project: { uuid: spring.uuid, name: 'Spring' },
    requested_by: 'mia@example.test',
    policy: 2,
    message: 'Colours first,\nplease',
    created_at: '2026-03-01T12:00:00.000Z',
    due_at: '2026-03-03T12:00:00.000Z',
    remind_every_hours: 24,
    reminders: 1,
    next_reminder_at: null,
    escalated_at: null,
    requests: { pending: 1, approved: 1, needs_revision: 1, closed: 1 },
  });
  expect(await cli.json('review', 'list', '--limit', '1')).toMatchObject({ reviews: [{ token: second.token }], more: true }); // prettier-ignore
  expect(await cli.json('review', 'list', '--project', 'Spring')).toMatchObject({ reviews: [{ token: first.token }] });
  await decideAll(second.requestIds);
  expect(await cli.json('review', 'list', '--pending')).toMatchObject({ reviews: [{ token: first.token }] });
  const { stdout } = await cli.run('review', 'list', '--pending');
  expect(stdout).toMatch(/^JOB +STATE +PENDING +APPROVED +REVISION +CLOSED +DUE +ASKED BY +PROJECT\n/);
  expect(stdout).toContain(`${first.token}  done   1        1         1         1       2026-03-03 12:00:00  mia@example.test  Spring`); // prettier-ignore
});

test('one is shown with who owes how many answers, and who may not give any', async () => {
  const { token } = await ask();
  await sql`update reviews set lost_at = now(), waiting = false where approver_id = ${bob.id}`.execute(db());
  const shown = await cli.json('review', 'show', token);
  expect(shown).toMatchObject({
    token,
    approvers: [
      { email: 'ann@example.test', owed: 1, answered: 2, counts: true },
      { email: 'bob@example.test', owed: 0, answered: 1, counts: false },
    ],
  });
  const { stdout } = await cli.run('review', 'show', token);
  expect(stdout).toContain('policy      2 have to approve\n');
  expect(stdout).toMatch(/message {5}Colours first, ?please\n/);
  expect(stdout).toContain('reminders   1 so far, every 24 h\n');
  expect(stdout).toMatch(/\nann@example\.test +1 +2\nbob@example\.test +0 +1 +may not approve any more\n$/);
});

test('where there are none that is said', async () => {
  expect((await cli.run('review', 'list')).stdout).toBe('No reviews.\n');
  for (const name of ['01985f2e-6b1c-7c3a-8d4e-5f60718293a4', '7', 'nothing']) {
    const { exitCode, stderr } = await cli.run('review', 'show', name);
    expect([exitCode, stderr]).toEqual([1, `longhaul: no job "${name}" asked for reviews\n`]);
  }
});
