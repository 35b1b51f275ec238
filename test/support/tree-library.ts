import { sql } from 'kysely';
import { findReadableAsset, type ReadableAsset } from '../../src/store/asset-access';
import type { Database, Store } from '../../src/store/database';
import { newUuid } from '../../src/store/ids';
import { findRunnableJob } from '../../src/store/job-progress';
import { deleteDecided } from '../../src/store/tree-delete';
import { beginTreeChange, type TreeBeginning, type TreeOrder } from '../../src/store/tree-change';
import { createAssets, createFolder, createProject, createUser, grantAccess, type TestThing, type TestUser } from './fixtures'; // prettier-ignore

/** A project with a folder `top` that holds two files and a folder `inner` with two more. */
export interface TreeLibrary {
  readonly user: TestUser;
  readonly project: TestThing;
  readonly top: TestThing;
  readonly inner: TestThing;
  /** Two in `top`, then two in `inner`. */
  readonly files: readonly TestThing[];
}

export async function createTree(db: Database): Promise<TreeLibrary> {
  const user = await createUser(db);
  const project = await createProject(db);
  await grantAccess(db, project.id, user.ownTeamId, { canWrite: true });
  const place = { projectId: project.id, ownerId: user.id };
  const top = await createFolder(db, place);
  const inner = await createFolder(db, { ...place, parentId: top.id });
  const files = [
    ...(await createAssets(db, { ...place, parentId: top.id }, 2)),
    ...(await createAssets(db, { ...place, parentId: inner.id }, 2)),
  ];
  return { user, project, top, inner, files };
}

/** The asset as a route opens it. */
export async function openAs(db: Database, thing: Pick<TestThing, 'id'>, user: TestUser): Promise<ReadableAsset> {
  const asset = await findReadableAsset(db, { by: 'id', id: thing.id }, user);
  if (asset === null) throw new Error(`asset ${thing.id} is not there for ${user.email}`);
  return asset;
}

/** Changes a tree as the façade does; what was to be deleted is gone after it. */
export async function changeTree(
  store: Store,
  kind: TreeOrder['kind'],
  thing: Pick<TestThing, 'id'>,
  user: TestUser,
  more: Partial<TreeOrder> = {},
): Promise<TreeBeginning> {
  const asset = await openAs(store.db, thing, user);
  const now = new Date();
  const order = { kind, asset, target: null, actor: user, token: newUuid(), dispatched: false, now, ...more };
  const beginning = await beginTreeChange(store.db, order);
  if (beginning.kind === 'done' && kind === 'delete_assets') {
    await deleteDecided(store.pool, thing.id, { actorId: user.id, jobId: null, now });
  }
  return beginning;
}

/** The job of such a beginning, as its workflow finds it. */
export async function jobOf(db: Database, beginning: TreeBeginning) {
  const job = beginning.kind === 'job' ? await findRunnableJob(db, beginning.job.token) : null;
  if (job === null) throw new Error(`no job: ${JSON.stringify(beginning)}`);
  return { id: job.id, token: job.token, actorId: job.owner.id };
}

/** `live`, or the title of what took it to the trash, by id; an asset that is gone is missing. */
export async function standings(
  db: Database,
  things: readonly Pick<TestThing, 'id'>[],
): Promise<Record<string, string>> {
  const { rows } = await sql<{ id: string; standing: string }>`
    select a.id, coalesce(a.trash_root_id::text, 'live') as standing
    from assets a where a.id = any(${things.map(({ id }) => id)}::bigint[]) order by a.id`.execute(db);
  return Object.fromEntries(rows.map(({ id, standing }) => [id, standing]));
}
