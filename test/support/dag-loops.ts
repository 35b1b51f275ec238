import { sql } from 'kysely';
import type { NodeHandlers } from '../../src/activities/dag-nodes';
import { createAssetNodeHandlers } from '../../src/activities/dag-nodes/asset-handlers';
import {
  type LoopContext,
  type LoopDependencies,
  type LoopResult,
  runLoop,
} from '../../src/activities/dag-nodes/for-each';
import type { DagNode, JsonObject, JsonValue } from '../../src/domain/dag-action';
import type { Store } from '../../src/store/database';
import type { DispatchableJob } from '../../src/store/job-dispatch';
import { createNode } from './dag-actions';
import { contextOf, createNodeLibrary, createTestRun, type NodeLibrary, type TestRun } from './dag-nodes';

export interface TestLoop {
  readonly library: NodeLibrary;
  readonly run: TestRun;
  readonly started: DispatchableJob[];
  /** One slice. */
  slice(signal?: AbortSignal): Promise<LoopResult>;
  /** Slices until it ends or waits. */
  toEnd(): Promise<LoopResult>;
  readonly context: LoopContext;
  readonly dependencies: LoopDependencies;
}

export interface TestLoopWish {
  readonly items: readonly JsonValue[] | string;
  readonly uses?: string;
  readonly with?: JsonObject;
  readonly window?: number;
  readonly node?: Partial<DagNode>;
  readonly handlers?: NodeHandlers;
  readonly library?: NodeLibrary;
}

/** A run of one loop that its workflow has opened. */
export async function createTestLoop(store: Store, wish: TestLoopWish): Promise<TestLoop> {
  const { db } = store;
  const library = wish.library ?? (await createNodeLibrary(db));
  const run = await createTestRun(db, library, 'for_each');
  await sql`insert into job_chunks (job_id, no, phase, item_ids) values (${run.jobId}, 1, 1, '{1}')`.execute(db);
  await sql`update jobs set total = 1, state = 'running' where id = ${run.jobId}`.execute(db);
  const isText = typeof wish.items === 'string';
  const given = {
    items: isText ? wish.items : 'inputs.list',
    ...(wish.window !== undefined && { window: wish.window }),
    node: { uses: wish.uses ?? 'update_asset', with: wish.with ?? {} },
  };
  const base = contextOf(library, run, 'for_each', given, {
    node: createNode('step', { uses: 'for_each', ...wish.node }),
  });
  const scope = { asset: {}, inputs: isText ? {} : { list: wish.items }, nodes: {} } as LoopContext['scope'];
  const started: DispatchableJob[] = [];
  const dependencies: LoopDependencies = {
    store,
    handlers: wish.handlers ?? createAssetNodeHandlers({ wakeMail: () => undefined } as never),
    dispatch: (job) => started.push(job),
    now: () => new Date(),
  };
  const context = { ...base, scope };
  const slice = (signal = new AbortController().signal) =>
    runLoop(dependencies, { ...context, at: new Date(), now: new Date() }, signal);
  return {
    library,
    run,
    started,
    context,
    dependencies,
    slice,
    async toEnd() {
      for (;;) {
        const result = await slice();
        if (result.kind !== 'more') return result;
      }
    },
  };
}
