import { sql } from 'kysely';
import type { DagDefinition, JsonObject, JsonValue } from '../../src/domain/dag-action';
import type { NodeState } from '../../src/domain/dag-run';
import { applyDagAction, type DagActionRecord, findDagAction } from '../../src/store/dag-actions';
import { createDagRun, type DagRunOrder } from '../../src/store/dag-run-creation';
import { appendMessages } from '../../src/store/dag-run-messages';
import type { Database } from '../../src/store/database';
import { newUuid } from '../../src/store/ids';
import { endJob } from '../../src/store/job-progress';
import { createDefinition } from './dag-actions';
import type { TestThing, TestUser } from './fixtures';

export interface TestRun {
  readonly runId: string;
  readonly jobId: string;
  readonly token: string;
  readonly action: DagActionRecord;
}

/** Applies a definition and answers the action as it is found then. */
export async function applyAction(db: Database, definition: Partial<DagDefinition> = {}): Promise<DagActionRecord> {
  const { name } = await applyDagAction(db, createDefinition(definition), JSON.stringify(definition), null, new Date());
  const action = await findDagAction(db, name);
  if (action === null) throw new Error(`action ${name} is not there`);
  return action;
}

/** A run in the store that no worker knows of. */
export async function addRun(
  db: Database,
  action: DagActionRecord,
  asset: { readonly id: string; readonly uuid: string },
  actor: TestUser,
  order: Partial<DagRunOrder> & { readonly project?: TestThing | null } = {},
): Promise<TestRun> {
  const token = newUuid();
  const creation = await createDagRun(db, {
    ...{ token, action, asset, project: null, actor, inputs: {}, origin: 'start', originRunId: null },
    ...{ keptNodes: [], depth: 0, idempotency: null, dispatched: true, now: new Date() },
    ...order,
  });
  if (creation.kind !== 'created') throw new Error(`the run is ${creation.kind}`);
  const { id: jobId } = await db.selectFrom('jobs').select('id').where('uuid', '=', token).executeTakeFirstOrThrow();
  return { runId: creation.runId, jobId, token, action };
}

export interface NodeNow {
  readonly state: NodeState;
  readonly cause?: 'failure' | 'skip';
  readonly output?: JsonValue;
  readonly error?: { readonly code: string; readonly message: string; readonly retryable: boolean };
  readonly waiting?: JsonObject;
}

const COUNTED: readonly NodeState[] = ['succeeded', 'failed', 'skipped', 'omitted'];

/** Has a run stand as if a worker had brought it there: nodes, chunks, counts and a message for each node. */
export async function bringRun(db: Database, run: TestRun, nodes: Readonly<Record<string, NodeNow>>): Promise<void> {
  await sql`insert into job_chunks (job_id, no, phase, item_ids) select ${run.jobId}, no, 1, array[no]::bigint[]
    from dag_run_nodes where run_id = ${run.runId} on conflict do nothing`.execute(db);
  for (const [id, { state, cause = null, output = null, error = null, waiting = null }] of Object.entries(nodes)) {
    await sql`update dag_run_nodes set state = ${state}, cause = ${cause}, output = ${toJson(output)}::jsonb,
      error = ${toJson(error)}::jsonb, waiting = ${toJson(waiting)}::jsonb,
      attempts = case when ${state} in ('omitted', 'skipped', 'pending', 'cancelled') then 0 else 1 end,
      started_at = case when ${state} in ('omitted', 'skipped', 'pending') then null else now() end,
      finished_at = case when ${[...COUNTED, 'cancelled']}::text[] @> array[${state}::text] then now() end
      where run_id = ${run.runId} and id = ${id}`.execute(db);
    await appendMessages(db, run.runId, [{ node: id, attempt: 1, message: `Node ${id} ${state}` }]);
  }
  await sql`update job_chunks k set done_at = now(), succeeded = (n.state = 'succeeded')::int,
      skipped = (n.state in ('skipped', 'omitted'))::int, failed = (n.state = 'failed')::int
    from dag_run_nodes n where k.job_id = ${run.jobId} and n.run_id = ${run.runId} and n.no = k.no
      and n.state = any(${COUNTED}::text[])`.execute(db);
  await sql`update jobs j set total = s.total, succeeded = s.succeeded, skipped = s.skipped, failed = s.failed,
      state = 'running', started_at = coalesce(started_at, now()), waiting_reason = null
    from (select count(*) as total, sum(succeeded) as succeeded, sum(skipped) as skipped, sum(failed) as failed
      from job_chunks where job_id = ${run.jobId}) s where j.id = ${run.jobId}`.execute(db);
}

/** Ends a run that was brought to its end. */
export async function endRun(db: Database, run: TestRun, state: 'done' | 'cancelled' = 'done'): Promise<void> {
  await endJob(db, run.jobId, { state, outcome: state === 'done' ? null : state, error: null }, new Date());
}

const toJson = (value: unknown) => (value === null ? null : JSON.stringify(value));
