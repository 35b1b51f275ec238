import type { IncomingHttpHeaders } from 'node:http';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createAssetNodeHandlers } from '../../../src/activities/dag-nodes/asset-handlers';
import { createOutsideNodeHandlers } from '../../../src/activities/dag-nodes/outside-handlers';
import { createNodeActivities } from '../../../src/activities/run-node';
import type { NodeStep } from '../../../src/contract/dag-action-run';
import type { DagNode } from '../../../src/domain/dag-action';
import { NODE_SCHEMAS } from '../../../src/schemas/dag-nodes';
import { answerApproval } from '../../../src/store/dag-approvals';
import { openDagRun } from '../../../src/store/dag-run-opening';
import { createNode } from '../../support/dag-actions';
import { createDagLibrary, createNodeDependencies, createTestRun, type DagLibrary, messagesOf, readRun } from '../../support/dag-engine'; // prettier-ignore
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createLocalOutbound } from '../../support/local-outbound';
import { type RangeServer, startRangeServer } from '../../support/range-server';

const seen: IncomingHttpHeaders[] = [];
let database: TestDatabase;
let library: DagLibrary;
let server: RangeServer;
let woken = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startRangeServer(Buffer.alloc(0), {});
});
afterAll(async () => {
  await server.close();
  await database.drop();
});
beforeEach(async () => {
  library = await createDagLibrary(database.store);
  seen.length = 0;
  woken = 0;
  server.file.answer = ({ headers }, response) => {
    seen.push(headers);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"tag": "FromServer", "bad": "a\\u0000"}');
  };
});

/** The activities with the handlers of a worker; nothing here looks into files. */
function activities() {
  const steps = { find: () => Promise.resolve(null), discard: () => Promise.resolve() } as never;
  const handlers = {
    ...createAssetNodeHandlers({
      linkSeal: { seal: () => Buffer.from('sealed') },
      publicUrl: 'https://longhaul.test',
      onShareChanged: () => (woken += 1),
    }),
    ...createOutsideNodeHandlers({
      db: database.store.db,
      outbound: createLocalOutbound([`127.0.0.1:${String(server.port)}`]),
      steps,
      webhookKey: Buffer.alloc(32),
      now: () => new Date(),
    }),
  };
  return createNodeActivities(createNodeDependencies(database.store, handlers));
}

async function open(nodes: readonly DagNode[]) {
  const run = await createTestRun(library, { nodes });
  await openDagRun(database.store.db, run.jobId, new Date());
  const step = (node: string, at = new Date()): Promise<NodeStep> =>
    new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') }).run(() =>
      activities().runNode({ token: run.token, node, at: at.toISOString() }),
    );
  return { ...run, step };
}

const outputsOf = async (token: string) => (await readRun(database.store, token)).nodes.map(({ output }) => output);

it('what a server answers goes into the asset, and every output has the form of its schema', async () => {
  const ask = createNode('ask', { uses: 'http_request', with: { url: server.url } });
  const tag = createNode('tag', { needs: ['ask'], with: { add_tags: ['${{ nodes.ask.output.body.tag }}'] } });
  const share = createNode('share', { uses: 'share', with: { users: ['${{ "new" + "@example.test" }}'] } });
  const tell = createNode('tell', { uses: 'webhook', with: { url: server.url, type: 'asset.tagged' } });
  const { token, step } = await open([ask, tag, share, tell]);
  for (const { id } of [ask, tag, share, tell]) {
    expect(await step(id)).toMatchObject({ state: 'succeeded' });
    // Once more, as after a crash: nothing happens twice.
    expect(await step(id)).toMatchObject({ state: 'succeeded' });
  }
  const outputs = await outputsOf(token);
  expect(outputs).toMatchObject([
    { status: 200, body: { tag: 'FromServer', bad: 'a\ufffd' } },
    { tags: ['fromserver'] },
    { expires_at: null },
    { status: 200, id: `${token}:tell` },
  ]);
  for (const [at, { uses }] of [ask, tag, share, tell].entries()) {
    expect(NODE_SCHEMAS[uses].output.safeParse(outputs[at]).success).toBe(true);
  }
  expect(seen.map((headers) => headers['idempotency-key'])).toEqual([`${token}:ask`, `${token}:tell`]);
  expect(woken).toBe(1);
});

it('a file that is not there fails its nodes', async () => {
  const { step, token } = await open([createNode('a', { uses: 'extract_metadata', with: {} }), createNode('b', { uses: 'make_previews', with: {} })]); // prettier-ignore
  expect([(await step('a')).state, (await step('b')).state]).toEqual(['failed', 'failed']);
  expect((await readRun(database.store, token)).nodes.map(({ error }) => error?.code)).toEqual([
    'no_media',
    'no_media',
  ]);
});

it('a text of a template that cannot be kept fails its node, and not the machine', async () => {
  const nodes = [createNode('a', { with: { fields: { title: '${{ "a" + "\\u0000" }}' } } })];
  const { step, token } = await open(nodes);
  expect(await step('a')).toMatchObject({ state: 'failed' });
  expect((await readRun(database.store, token)).nodes[0]?.error?.code).toMatch(/^bad_/);
});

it('an approval waits, is answered and says by whom', async () => {
  const { step, token } = await open([createNode('ok', { uses: 'approval', with: { message: 'Fine?', timeout: '7d' } })]); // prettier-ignore
  expect(await step('ok')).toMatchObject({ state: 'waiting', wakeAt: expect.any(String) as unknown });
  const { user } = library;
  await answerApproval(database.store.db, { token, node: 'ok', decision: 'approve', values: {}, user }, new Date());
  expect(await step('ok')).toMatchObject({ state: 'succeeded' });
  expect((await messagesOf(database.store, token)).slice(2)).toEqual([
    'Node ok started',
    'Node ok is waiting for approval: Fine?',
    `Node ok approved by ${user.email}`,
    `Node ok succeeded: approved by ${user.email}`,
  ]);
});

it('an approval that nobody answers in time may be skipped', async () => {
  const { step, token } = await open([createNode('ok', { uses: 'approval', with: { message: 'Fine?', timeout: '1h', on_timeout: 'skip' } })]); // prettier-ignore
  await step('ok');
  expect(await step('ok', new Date(Date.now() + 3_600_001))).toMatchObject({ state: 'skipped' });
  expect((await readRun(database.store, token)).nodes[0]).toMatchObject({ state: 'skipped', waiting: null });
});

it('answers at once end one node once, however they meet its step', async () => {
  const { user } = library;
  const { step, token } = await open([createNode('ok', { uses: 'approval', with: { message: 'Fine?' } })]);
  await step('ok');
  const answers = Array.from(
    { length: 6 },
    (_, no) =>
    answerApproval(database.store.db, { token, node: 'ok', decision: no % 2 === 0 ? 'approve' : 'reject', values: {}, user }, new Date()), // prettier-ignore
  );
  const [outcomes] = await Promise.all([Promise.all(answers), step('ok'), step('ok')]);
  const { decision } = outcomes.find(({ kind }) => kind === 'answered') as { decision: { decision: string } };
  expect(outcomes.filter(({ kind }) => kind === 'answered')).toHaveLength(1);
  expect((await step('ok')).state).toBe(decision.decision === 'approve' ? 'succeeded' : 'failed');
});
