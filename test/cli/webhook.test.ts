import { toWebhookWorkflowId } from '../../src/contract/webhook';
import type { Database } from '../../src/store/database';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createProject, createUser, type TestThing } from '../support/fixtures';
import { connectTestTemporal, type TestTemporal } from '../support/temporal';
import { type CliHarness, createCli } from './run-in-process';

let temporal: TestTemporal;
let database: TestDatabase;
let db: Database;
let cli: CliHarness;
let alone: CliHarness;
let project: TestThing;

beforeAll(async () => {
  temporal = await connectTestTemporal();
});
beforeEach(async () => {
  database = await createTestDatabase();
  db = database.store.db;
  const own = { taskQueue: temporal.taskQueue };
  cli = createCli({ DATABASE_URL: database.databaseUrl, TEMPORAL_ADDRESS: temporal.address }, own);
  alone = createCli({ DATABASE_URL: database.databaseUrl, TEMPORAL_ADDRESS: '127.0.0.1:1' }, own);
  await createUser(db, { email: 'root@example.test', admin: true });
  project = await createProject(db, 'Spring');
});
afterEach(() => database.drop());
afterAll(() => temporal.close());

const make = (...more: string[]) => cli.json('webhook', 'create', '--project', 'Spring', '--url', 'https://hooks.example.com/in', '--events', 'job.*,share.expired', ...more); // prettier-ignore
const idOf = (answer: Record<string, unknown>) => String(answer['id']);

it('makes, lists, shows, rotates, disables, enables and deletes, and shows a secret only when it is new', async () => {
  const made = await make();
  expect(made).toMatchObject({ project: project.uuid, url: 'https://hooks.example.com/in', events: ['job.*', 'share.expired'], disabled: false }); // prettier-ignore
  expect(made['secret']).toMatch(/^whsec_/);
  const { secret, ...rest } = made;
  expect(await cli.json('webhook', 'list', '--project', 'Spring')).toEqual({ webhooks: [rest] });
  expect(await cli.json('webhook', 'show', idOf(made))).toEqual(rest);
  const rotated = await cli.json('webhook', 'rotate', idOf(made));
  expect(rotated['secret']).toMatch(/^whsec_/);
  expect(rotated['secret']).not.toBe(secret);
  expect(await cli.json('webhook', 'disable', idOf(made))).toMatchObject({ disabled_reason: 'by_user' });
  expect((await cli.run('webhook', 'test', idOf(made))).stderr).toContain('the webhook is disabled');
  expect(await cli.json('webhook', 'enable', idOf(made))).toMatchObject({ disabled: false });
  for (const command of ['list', 'show', 'deliveries']) {
    const { stdout } = await cli.run('webhook', command, ...(command === 'list' ? [] : [idOf(made)]));
    for (const hidden of [secret, rotated['secret']]) expect(stdout).not.toContain(String(hidden));
  }
  expect(await cli.json('webhook', 'delete', idOf(made))).toMatchObject({ deleted: true });
  expect(await cli.json('webhook', 'list')).toEqual({ webhooks: [] });
});

it('a test and a redelivery start the deliveries, and the log tells of them', async () => {
  const id = idOf(await make());
  const test = await cli.json('webhook', 'test', id);
  expect(test).toMatchObject({ type: 'webhook.test', state: 'waiting' });
  const handle = temporal.client.workflow.getHandle(toWebhookWorkflowId(id));
  expect((await handle.describe()).type).toBe('deliverWebhookWorkflow');
  await handle.terminate();
  expect(await cli.json('webhook', 'redeliver', id, String(test['id']))).toMatchObject({ id: test['id'] });
  await temporal.client.workflow.getHandle(toWebhookWorkflowId(id)).terminate();
  expect(await cli.json('webhook', 'deliveries', id, '--state', 'waiting')).toMatchObject({ deliveries: [{ id: test['id'] }] }); // prettier-ignore
  const { stdout } = await cli.run('webhook', 'deliveries', id);
  expect(stdout).toContain('webhook.test');
});

it('while Temporal is away a test waits in the store', async () => {
  const id = idOf(await make());
  const { exitCode, stderr } = await alone.run('webhook', 'test', id);
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining('done in the store; it is sent within a minute')]);
});

it.each([
  [['--url', 'http://127.0.0.1/'], 'the address in the URL is not a public one'],
  [['--events', 'job.exploded'], 'There are no events "job.exploded"'],
  [['--secret', 'hunter2'], 'must be whsec_'],
  [['--project', 'Nowhere'], 'Nowhere'],
])('%j is refused', async (options, message) => {
  const args = ['--project', 'Spring', '--url', 'https://a.example.com/', '--events', '*', ...options];
  const { exitCode, stderr } = await cli.run('webhook', 'create', ...args);
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain(message);
  expect(stderr).not.toContain('hunter2');
  expect(await cli.json('webhook', 'list')).toEqual({ webhooks: [] });
});

it('what is not there is named', async () => {
  const { stderr } = await cli.run('webhook', 'show', '7');
  expect(stderr).toContain('there is no webhook "7"');
  const id = idOf(await make());
  expect((await cli.run('webhook', 'redeliver', id, '9')).stderr).toContain('the webhook has no delivery "9"');
});
