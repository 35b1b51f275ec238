import { sql } from 'kysely';
import { createJobNodeHandlers } from '../../src/activities/dag-nodes/job-handlers';
import type { NodeContext, NodeResult, StoreNodeHandler } from '../../src/activities/dag-nodes/node-handler';
import type { NodeKind } from '../../src/domain/dag-action';
import type { WithOf } from '../../src/schemas/dag-nodes';
import { snapshotSelection } from '../../src/store/bulk-move-snapshot';
import { CHILD_HAS_COME } from '../../src/store/dag-child-jobs';
import type { Store } from '../../src/store/database';
import { endJob, findRunnableJob, type JobEnd } from '../../src/store/job-progress';
import { inProject } from '../../src/store/project-job';
import { workThrough } from './bulk-move';
import { createTestDatabase, type TestDatabase } from './database';
import { begin, contextOf, createNodeLibrary, createTestRun, type NodeLibrary, type TestRun } from './dag-nodes';
import { createFolder, type TestThing } from './fixtures';
import { testSeal } from './ingest';

const handlers = createJobNodeHandlers({
  judgeUrl: (text) =>
    typeof text === 'string' && text.startsWith('https://')
      ? { kind: 'allowed', url: new URL(text) }
      : { kind: 'refused', code: 'url_invalid' },
  urlSeal: testSeal,
});
export type JobKindOfNode = keyof typeof handlers;

export interface Begun<Kind extends JobKindOfNode> {
  readonly run: TestRun;
  readonly context: NodeContext<WithOf<Kind>>;
  readonly result: NodeResult;
  /** Of the job that it waits for; empty when it waits for none. */
  readonly token: string;
}

export const handlerOf = <Kind extends JobKindOfNode>(kind: Kind) => handlers[kind] as StoreNodeHandler<WithOf<Kind>>;

/** The token of the job that a node waits for. */
export function tokenOf(result: NodeResult): string {
  const job = result.kind === 'waiting' ? result.waiting['job'] : '';
  return typeof job === 'string' ? job : '';
}

/** A database for a test file, a new library for each test, and what is done with nodes that make jobs. */
export function useChildJobs() {
  let database: TestDatabase;
  let store: Store;
  let library: NodeLibrary;
  beforeAll(async () => {
    database = await createTestDatabase();
    ({ store } = database);
  });
  beforeEach(async () => {
    library = await createNodeLibrary(store.db);
  });
  afterAll(() => database.drop());

  return {
    get store() {
      return store;
    },
    get library() {
      return library;
    },

    async start<Kind extends JobKindOfNode & NodeKind>(
      kind: Kind,
      given: unknown,
      more: Partial<NodeContext> = {},
    ): Promise<Begun<Kind>> {
      const run = await createTestRun(store.db, library, kind);
      const context = contextOf(library, run, kind, given, more);
      const result = await begin(store.db, handlerOf(kind), context);
      return { run, context, result, token: tokenOf(result) };
    },

    resume<Kind extends JobKindOfNode>(kind: Kind, { context, result }: Begun<Kind>): Promise<NodeResult> {
      if (result.kind !== 'waiting') throw new Error(`it does not wait: ${JSON.stringify(result)}`);
      return store.db.transaction().execute(async (tx) => {
        const resumed = await handlerOf(kind).resume?.(tx, context, result.waiting);
        if (resumed === undefined) throw new Error('it cannot be resumed');
        return resumed;
      });
    },

    async end(token: string, how: Partial<JobEnd> = {}): Promise<void> {
      const job = await findRunnableJob(store.db, token);
      const error = { code: 'X', message: 'broken' };
      await endJob(store.db, job?.id ?? '', { state: 'failed', outcome: 'failed', error, ...how }, new Date());
    },

    /** Runs the bulk move with that token. */
    async moveAll(token: string): Promise<void> {
      const made = await findRunnableJob(store.db, token);
      if (made === null) throw new Error(`there is no job ${token}`);
      const { id: jobId, targetId, owner, project } = inProject(made);
      await snapshotSelection(store.db, { id: jobId, projectId: project.id }, new Date());
      await workThrough(store.pool, { jobId, projectId: project.id, targetId, requestedBy: owner.id, undo: false });
      await endJob(store.db, jobId, { state: 'done', outcome: null, error: null }, new Date());
    },

    folderIn: (project: TestThing) => createFolder(store.db, { projectId: project.id, ownerId: library.user.id }),

    async nudgedAt(jobId: string): Promise<Date | null> {
      const row = await store.db.selectFrom('jobs').select('nudge_due_at').where('id', '=', jobId).executeTakeFirstOrThrow(); // prettier-ignore
      return row.nudge_due_at;
    },

    /** Puts the node into the store as the engine does. */
    async mark({ run, result }: Begun<JobKindOfNode>): Promise<void> {
      if (result.kind !== 'waiting') throw new Error('it does not wait');
      await sql`update dag_run_nodes set state = 'waiting', waiting = ${JSON.stringify(result.waiting)}::jsonb
        where run_id = ${run.runId}`.execute(store.db);
    },

    async isDue(runId: string): Promise<boolean> {
      const { rows } = await sql<{ due: boolean }>`
        select ${CHILD_HAS_COME} as due from dag_run_nodes n where n.run_id = ${runId}`.execute(store.db);
      return rows[0]?.due ?? false;
    },
  };
}
