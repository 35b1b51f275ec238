import { sql } from 'kysely';
import { toStoredWait } from '../../../src/domain/approval-form';
import type { DagDefinition, JsonObject, JsonValue } from '../../../src/domain/dag-action';
import type { NodeState } from '../../../src/domain/dag-run';
import type { JobState } from '../../../src/domain/job';
import { applyDagAction, findDagAction } from '../../../src/store/dag-actions';
import { createDagRun } from '../../../src/store/dag-run-creation';
import { appendMessages } from '../../../src/store/dag-run-messages';
import type { Database } from '../../../src/store/database';
import { newUuid } from '../../../src/store/ids';
import { createDefinition, createNode } from '../../support/dag-actions';
import { createAssets, type TestThing, type TestUser } from '../../support/fixtures';

/** Where a node stands, as a worker would have left it. */
export interface NodeStand {
  readonly state: NodeState;
  readonly cause?: 'failure' | 'skip';
  readonly attempts?: number;
  readonly output?: JsonValue;
  readonly error?: { readonly code: string; readonly message: string; readonly retryable: boolean };
  readonly waiting?: JsonObject;
  readonly wakeAt?: Date;
}

export interface HungRun {
  readonly id: string;
  readonly token: string;
  readonly jobId: string;
  readonly asset: TestThing;
}

export interface RunOptions {
  readonly definition?: Partial<DagDefinition>;
  readonly nodes?: Readonly<Record<string, NodeStand>>;
  readonly job?: JobState;
  readonly title?: string;
  readonly inputs?: JsonObject;
  readonly messages?: readonly (readonly [node: string | null, attempt: number | null, message: string])[];
}

/** Makes runs whose nodes stand anyhow, without a worker. */
export function createRunLibrary(db: Database, project: TestThing, user: TestUser) {
  const library = {
    async apply(definition: Partial<DagDefinition> = {}, source = 'name: as it was written') {
      const whole = createDefinition(definition);
      await applyDagAction(db, whole, source, user.id, new Date());
      const action = await findDagAction(db, whole.name);
      if (action === null) throw new Error('no action was made');
      return action;
    },

    async run({
      definition,
      nodes = {},
      job = 'running',
      title = 'Poster',
      inputs = {},
      messages = [],
    }: RunOptions = {}): Promise<HungRun> {
      const action = await library.apply(definition);
      const [asset] = await createAssets(db, { projectId: project.id, ownerId: user.id }, 1, title);
      if (asset === undefined) throw new Error('no asset was made');
      const token = newUuid();
      const creation = await createDagRun(db, {
        ...{ token, action, asset, project, actor: user, inputs, origin: 'start', originRunId: null, keptNodes: [] },
        depth: 0,
        idempotency: null,
        dispatched: true,
        now: new Date(Date.now() - 200_000),
      });
      if (creation.kind !== 'created') throw new Error(`no run was made: ${creation.kind}`);
      const { rows } = await sql<{ job_id: string }>`select job_id from dag_action_runs where id = ${creation.runId}`.execute(db); // prettier-ignore
      const run = { id: creation.runId, token, jobId: rows[0]?.job_id ?? '', asset };
      for (const [id, stand] of Object.entries(nodes)) await library.stand(run, id, stand);
      const said = messages.map(([node, attempt, message]) => ({ node, attempt, message }));
      await db.transaction().execute((tx) => appendMessages(tx, run.id, said));
      await library.count(run, job);
      return run;
    },

    /** Puts a node into a state, without counting it. */
    async stand({ id: runId }: HungRun, id: string, stand: NodeStand): Promise<void> {
      const { state, cause = null, output, error, waiting, wakeAt = null } = stand;
      const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
      const began = !['pending', 'queued', 'omitted', 'cancelled'].includes(state);
      const ended = began && state !== 'running' && state !== 'waiting';
      await sql`update dag_run_nodes set state = ${state}, cause = ${cause}, attempts = ${stand.attempts ?? (began ? 1 : 0)},
          output = ${json(output)}::jsonb, error = ${json(error)}::jsonb, waiting = ${json(waiting)}::jsonb, wake_at = ${wakeAt},
          started_at = ${began ? new Date(Date.now() - 90_000) : null}, finished_at = ${ended ? new Date(Date.now() - 31_000) : null}
        where run_id = ${runId} and id = ${id}`.execute(db);
    },

    /** Has the job of the run be in a state, with the counts of its nodes. */
    async count({ id, jobId }: HungRun, state: JobState): Promise<void> {
      const ended = !['queued', 'running', 'paused'].includes(state);
      await sql`update jobs j set state = ${state}, control = ${state === 'paused' ? 'pause' : 'run'},
          started_at = ${state === 'queued' ? null : new Date(Date.now() - 150_000)}, finished_at = ${ended ? new Date() : null},
          outcome = case when ${state} = 'done' then case when n.failed > 0 then 'with_failures' else 'succeeded' end
            when ${ended} then ${state} end,
          total = n.total, succeeded = n.succeeded, skipped = n.skipped, failed = n.failed, updated_at = now()
        from (select count(*) as total, count(*) filter (where state = 'succeeded') as succeeded,
          count(*) filter (where state in ('skipped', 'omitted')) as skipped, count(*) filter (where state = 'failed') as failed
          from dag_run_nodes where run_id = ${id}) n where j.id = ${jobId}`.execute(db);
    },
  };
  return library;
}

export type RunLibrary = ReturnType<typeof createRunLibrary>;

/** A graph with a node in each state. */
export const EVERY_STATE: Required<Pick<RunOptions, 'definition' | 'nodes'>> = {
  definition: {
    name: 'Publish with review',
    description: 'From the camera to the channels',
    category: 'Publishing',
    nodes: [
      createNode('meta', { uses: 'extract_metadata' }),
      createNode('previews', { uses: 'make_previews', needs: ['meta'] }),
      createNode('tell_dam', {
        uses: 'http_request',
        needs: ['meta'],
        retry: { maxAttempts: 3, initialIntervalMs: 1_000, backoff: 2, maxIntervalMs: 60_000, totalMs: null },
      }),
      createNode('only_large', { needs: ['meta'], if: 'nodes.meta.output.width > 1000' }),
      createNode('after_large', { uses: 'move', needs: ['only_large'] }),
      createNode('review', { uses: 'approval', needs: ['previews'] }),
      createNode('channels', { uses: 'for_each', needs: ['previews'] }),
      createNode('publish', { uses: 'webhook', needs: ['review', 'channels'] }),
      createNode('stopped', { uses: 'wait', needs: ['meta'] }),
      createNode('undo_draft', { uses: 'webhook', needs: ['tell_dam'], trigger: 'one_failed' }),
    ],
  },
  nodes: {
    meta: { state: 'succeeded', output: { width: 800, height: 600, camera: 'Nikon' } },
    previews: { state: 'succeeded', output: { media: 1, previews: ['small'] } },
    tell_dam: {
      state: 'failed',
      attempts: 3,
      error: { code: 'http_status', message: 'dam.example.test answered 503', retryable: true },
    },
    only_large: { state: 'skipped' },
    after_large: { state: 'omitted', cause: 'skip' },
    review: {
      state: 'waiting',
      wakeAt: new Date('2031-06-30T12:00:00Z'),
      waiting: toStoredWait({
        message: 'May this go out?\nMind the logo.',
        form: {
          channel: { type: 'string', label: 'Channel', required: true, options: ['Web', 'Print'] },
          copies: { type: 'integer', label: 'Copies', required: false },
          rush: { type: 'boolean', required: false },
          note: { type: 'string', label: 'Note to the desk', required: false },
        },
        onTimeout: 'fail',
        deadline: '2031-06-30T12:00:00.000Z',
      }),
    },
    channels: { state: 'running' },
    publish: { state: 'pending' },
    stopped: { state: 'cancelled' },
    undo_draft: { state: 'queued' },
  },
};
