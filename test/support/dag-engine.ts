import { sql } from 'kysely';
import { pino } from 'pino';
import type { NodeHandlers } from '../../src/activities/dag-nodes';
import { createApprovalHandler } from '../../src/activities/dag-nodes/approval';
import type { NodeContext, NodeResult } from '../../src/activities/dag-nodes/node-handler';
import { createWaitHandler } from '../../src/activities/dag-nodes/wait';
import type { NodeDependencies } from '../../src/activities/run-node';
import type { DagDefinition } from '../../src/domain/dag-action';
import { applyDagAction, type DagActionRecord, findDagAction } from '../../src/store/dag-actions';
import { createDagRun, type DagRunOrder } from '../../src/store/dag-run-creation';
import { type DagRunDetails, readDagRunOfJob } from '../../src/store/dag-run-reading';
import type { Store } from '../../src/store/database';
import { newUuid } from '../../src/store/ids';
import { createDefinition } from './dag-actions';
import { createAssets, createProject, createUser, grantAccess, type TestThing, type TestUser } from './fixtures';

/** What a node does outside of the store, as the test has it. */
export type Outside = (context: NodeContext<unknown>, signal: AbortSignal) => Promise<NodeResult>;

/** Handlers that leave a trace: `update_asset` in the store, `http_request` in what the test hands in. */
export function createTestHandlers(outside: Outside = () => Promise.resolve(DONE)): NodeHandlers {
  return {
    wait: createWaitHandler(),
    approval: createApprovalHandler(),
    update_asset: {
      place: 'store',
      async begin(tx, { run, node }) {
        await sql`update assets set tags = array_append(tags, ${node.id}::text) where id = ${run.asset.id}`.execute(tx);
        return { kind: 'done', output: { tagged: node.id } };
      },
    },
    http_request: { place: 'outside', run: outside },
  };
}

export const DONE: NodeResult = { kind: 'done', output: { status: 200 } };

/** A project with an asset, and a user who may do everything there. */
export interface DagLibrary {
  readonly store: Store;
  readonly user: TestUser;
  readonly project: TestThing;
  readonly asset: TestThing;
}

export async function createDagLibrary(store: Store): Promise<DagLibrary> {
  const { db } = store;
  const user = await createUser(db);
  const project = await createProject(db);
  await grantAccess(db, project.id, user.ownTeamId, { canWrite: true });
  await db.insertInto('permissions').values({ user_id: user.id, name: 'ACTIONS_START' }).execute();
  const [asset] = (await createAssets(db, { projectId: project.id, ownerId: user.id }, 1)) as [TestThing];
  return { store, user, project, asset };
}

/** What activities of runs need, without a Temporal behind it. */
export function createNodeDependencies(store: Store, handlers = createTestHandlers()): NodeDependencies {
  return {
    store,
    handlers,
    keeper: { start: () => Promise.resolve(), wake: () => Promise.resolve() },
    log: pino({ level: 'silent' }),
    now: () => new Date(),
  };
}

export interface TestRun {
  readonly token: string;
  readonly jobId: string;
  readonly runId: string;
  /** What its workflow is started with. */
  readonly input: { readonly asset: string; readonly run_ref: string; readonly requested_by: string };
  readonly action: DagActionRecord;
}

/** A run that nobody has begun. */
export async function createTestRun(
  { store, user, project, asset }: DagLibrary,
  definition: Partial<DagDefinition> | DagActionRecord,
  order: Partial<DagRunOrder> = {},
): Promise<TestRun> {
  const { db } = store;
  const now = new Date();
  const action = 'definition' in definition ? definition : await applyAction(store, definition, user);
  const token = newUuid();
  const creation = await createDagRun(db, {
    ...{ token, action, asset, project, actor: user, inputs: {}, origin: 'start', originRunId: null, keptNodes: [] },
    ...{ depth: 0, idempotency: null, dispatched: true, now },
    ...order,
  });
  if (creation.kind !== 'created') throw new Error(`the run was not made: ${creation.kind}`);
  const { jobId } = await readRun(store, token);
  return {
    token,
    jobId,
    runId: creation.runId,
    action,
    input: { asset: asset.uuid, run_ref: token, requested_by: user.uuid },
  };
}

export async function applyAction(
  { db }: Store,
  definition: Partial<DagDefinition>,
  user: { readonly id: string },
): Promise<DagActionRecord> {
  const { name } = await applyDagAction(db, createDefinition(definition), 'source', user.id, new Date());
  const action = await findDagAction(db, name);
  if (action === null) throw new Error(`there is no action ${name}`);
  return action;
}

export async function readRun({ db }: Store, token: string): Promise<DagRunDetails> {
  const run = await readDagRunOfJob(db, token);
  if (run === null) throw new Error(`there is no run ${token}`);
  return run;
}

/** The states of the nodes by their ids. */
export async function statesOf(store: Store, token: string): Promise<Record<string, string>> {
  const { nodes } = await readRun(store, token);
  return Object.fromEntries(nodes.map(({ id, state }) => [id, state]));
}

export const messagesOf = async (store: Store, token: string): Promise<string[]> =>
  (await readRun(store, token)).messages.map(({ message }) => message);
