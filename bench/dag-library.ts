import { sql } from 'kysely';
import type { DagDefinition, DagNode } from '../src/domain/dag-action';
import { toKey } from '../src/domain/names';
import { addApiKey } from '../src/store/credentials';
import { applyDagAction } from '../src/store/dag-actions';
import type { Database } from '../src/store/database';
import { generateAssets } from '../src/store/generate';
import { createUser } from '../src/store/people';
import { createProject } from '../src/store/project-creation';

export type Shape = 'chain' | 'fan';
/** `nothing`: a wait of no time; `tags`: each node adds a tag to the asset. */
export type Work = 'nothing' | 'tags';

/** A project with one asset, on which actions are run. */
export interface DagLibrary {
  readonly projectUuid: string;
  readonly apiKey: string;
  readonly assetId: string;
  readonly assetKey: string;
}

export async function fillDagLibrary(db: Database): Promise<DagLibrary> {
  const user = await createUser(db, { email: 'bench@example.com', admin: true });
  const project = await createProject(db, 'bench');
  await generateAssets(db, { projectId: project.id, ownerId: user.id, count: 1, folders: 1 });
  const asset = await db
    .selectFrom('assets')
    .select(['id', 'uuid'])
    .where('project_id', '=', project.id)
    .where('media_type', '<>', 'folder')
    .executeTakeFirstOrThrow();
  const apiKey = await addApiKey(db, user.id);
  return { projectUuid: project.uuid, apiKey, assetId: asset.id, assetKey: toKey(asset.uuid) };
}

/** An action for each shape and kind of work; answers their ids. */
export async function createActions(
  db: Database,
  nodes: number,
): Promise<Readonly<Record<Shape, Readonly<Record<Work, string>>>>> {
  const apply = async (shape: Shape, work: Work) =>
    (await applyDagAction(db, definitionOf(shape, work, nodes), 'bench', null, new Date())).id;
  return {
    chain: { nothing: await apply('chain', 'nothing'), tags: await apply('chain', 'tags') },
    fan: { nothing: await apply('fan', 'nothing'), tags: await apply('fan', 'tags') },
  };
}

function definitionOf(shape: Shape, work: Work, nodes: number): DagDefinition {
  return {
    name: `${shape} of ${work}`,
    description: '',
    category: 'Bench',
    inputs: {},
    concurrency: 'queue',
    failFast: false,
    maxParallel: 100,
    nodes: Array.from({ length: nodes }, (_, no) => nodeOf(no, shape, work)),
  };
}

function nodeOf(no: number, shape: Shape, work: Work): DagNode {
  return {
    id: `n${String(no)}`,
    ...(work === 'nothing'
      ? { uses: 'wait', with: { duration: '0s' } }
      : { uses: 'update_asset', with: { add_tags: [`n${String(no)}`] } }),
    needs: shape === 'chain' && no > 0 ? [`n${String(no - 1)}`] : [],
    if: null,
    retry: { maxAttempts: 1, initialIntervalMs: 1_000, backoff: 2, maxIntervalMs: 60_000, totalMs: null },
    timeoutMs: null,
    trigger: 'all_success',
    onFailure: 'fail',
  };
}

/** The asset as it was, and a store that is ready for the next run. */
export async function settleDagRuns(db: Database, { assetId }: DagLibrary): Promise<void> {
  await sql`update assets set tags = '{}' where id = ${assetId}`.execute(db);
  await sql`delete from history where asset_id = ${assetId}`.execute(db);
  await sql`vacuum (analyze) assets, history, jobs, job_selections, job_chunks, sync_events, sync_cursors,
    dag_action_runs, dag_run_nodes, dag_run_messages`.execute(db);
  await sql`checkpoint`.execute(db);
}

/** @throws Error unless each node has added its tag, once */
export async function verifyRun(db: Database, { assetId }: DagLibrary, work: Work, nodes: number): Promise<void> {
  const { rows } = await sql<{ tags: number; changes: number }>`
    select cardinality(a.tags) as tags, (select count(*)::int from history where asset_id = a.id) as changes
    from assets a where a.id = ${assetId}`.execute(db);
  const wanted = work === 'tags' ? nodes : 0;
  if (rows[0]?.tags === wanted && rows[0].changes === wanted) return;
  throw new Error(`a run of ${String(nodes)} nodes left ${JSON.stringify(rows[0])}`);
}
