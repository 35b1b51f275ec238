import type { NodeKind } from '../../src/domain/dag-action';
import { toNodeKey } from '../../src/domain/dag-run';
import type { NodeContext, NodeResult, StoreNodeHandler } from '../../src/activities/dag-nodes/node-handler';
import { NODE_SCHEMAS, type WithOf } from '../../src/schemas/dag-nodes';
import { applyDagAction, findDagAction } from '../../src/store/dag-actions';
import { createDagRun } from '../../src/store/dag-run-creation';
import type { Database } from '../../src/store/database';
import { newUuid } from '../../src/store/ids';
import { createDefinition, createNode } from './dag-actions';
import { createAssets, createProject, createUser, grantAccess, type TestThing, type TestUser } from './fixtures';

export const AT = new Date('2026-03-01T10:00:00.000Z');

/** A project with an asset in it, and one who may write there. */
export interface NodeLibrary {
  readonly user: TestUser;
  readonly project: TestThing;
  readonly asset: TestThing;
}

export async function createNodeLibrary(db: Database): Promise<NodeLibrary> {
  const user = await createUser(db);
  const project = await createProject(db);
  await grantAccess(db, project.id, user.ownTeamId, { canWrite: true });
  const [asset] = await createAssets(db, { projectId: project.id, ownerId: user.id }, 1);
  if (asset === undefined) throw new Error('no asset was made');
  return { user, project, asset };
}

export interface TestRun {
  readonly runId: string;
  readonly jobId: string;
  readonly token: string;
}

/** A run of an action with one node, `step`, of that kind, by the user of the library. */
export async function createTestRun(
  db: Database,
  { user, project, asset }: NodeLibrary,
  uses: NodeKind,
): Promise<TestRun> {
  const { name } = await applyDagAction(db, createDefinition({ nodes: [createNode('step', { uses })] }), '', null, AT);
  const action = await findDagAction(db, name);
  if (action === null) throw new Error(`there is no action ${name}`);
  const token = newUuid();
  const order = { token, action, asset, project, actor: user, inputs: {}, origin: 'start', originRunId: null } as const;
  const rest = { keptNodes: [], depth: 0, idempotency: null, dispatched: true, now: AT };
  const creation = await createDagRun(db, { ...order, ...rest });
  if (creation.kind !== 'created') throw new Error(`the run was not made: ${creation.kind}`);
  const job = await db.selectFrom('jobs').select('id').where('uuid', '=', token).executeTakeFirstOrThrow();
  return { runId: creation.runId, jobId: job.id, token };
}

/** What the engine hands to the handler of the one node of such a run. */
export function contextOf<Kind extends NodeKind>(
  { user, asset }: Pick<NodeLibrary, 'user' | 'asset'>,
  run: TestRun,
  uses: Kind,
  given: unknown,
  more: Partial<NodeContext> = {},
): NodeContext<WithOf<Kind>> {
  return {
    run: { ...run, depth: 0, actionName: 'Action', asset, user: { ...user, admin: false } },
    node: createNode('step', { uses }),
    nodeNo: 1,
    itemNo: null,
    attempt: 1,
    idempotencyKey: toNodeKey(run.token, 'step'),
    at: AT,
    now: AT,
    ...more,
    with: NODE_SCHEMAS[uses].with.parse(given) as WithOf<Kind>,
  };
}

/** Begins a node in a transaction, as the engine does. */
export function begin<With>(
  db: Database,
  handler: StoreNodeHandler<With> | undefined,
  context: NodeContext<With>,
): Promise<NodeResult> {
  if (handler === undefined) throw new Error('there is no such handler');
  return db.transaction().execute((tx) => handler.begin(tx, context));
}
