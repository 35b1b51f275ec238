import { sql } from 'kysely';
import { updateAsset } from '../../src/store/asset-changes';
import { findReadableAsset } from '../../src/store/asset-access';
import { addComment } from '../../src/store/comments';
import { newUuid } from '../../src/store/ids';
import { endJob, finishJob } from '../../src/store/job-progress';
import { openPurge, purgeNextChunk, readPurge } from '../../src/store/purge';
import { beginTreeChange, type TreeOrder } from '../../src/store/tree-change';
import { deleteDecided } from '../../src/store/tree-delete';
import { deleteNextChunk } from '../../src/store/tree-delete-chunk';
import { applyTreeJob } from '../../src/store/tree-job';
import { prepareBulkMove, workThrough } from '../support/bulk-move';
import { DAG_RUN_TABLES } from '../support/dag-actions';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createFolder, createProject, createUser, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { createRandom } from '../support/random';
import { jobOf } from '../support/tree-library';
import { faultsOf } from '../support/trash-world';

/** For how long: a sample by default, TREE_RACE_SECONDS=120 for a full run; TREE_RACE_SEED repeats what is asked for. */
const SECONDS = Number(process.env['TREE_RACE_SECONDS'] ?? 12);
const SEED = Number(process.env['TREE_RACE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const AT_ONCE = 9;
/** A tree that is held for longer than the store waits: answered by a 503, and nothing was done. */
const LOCK_NOT_AVAILABLE = '55P03';

let database: TestDatabase;
let user: TestUser;
let projects: readonly [TestThing, TestThing];

const random = createRandom(SEED);
const db = () => database.store.db;
const done: Record<string, number> = {};

beforeAll(async () => {
  database = await createTestDatabase();
  // A deadlock is to be found at once: many rounds, and many victims that have to run again.
  await sql`select set_config('deadlock_timeout', '5ms', false)`.execute(db());
  await sql.raw(`do $$ begin execute format('alter database %I set deadlock_timeout = ''5ms''', current_database()); end $$`).execute(db()); // prettier-ignore
  user = await createUser(db(), { admin: true });
  projects = [await createProject(db()), await createProject(db())];
});
afterAll(() => database.drop());

interface Library {
  readonly folders: readonly TestThing[];
  readonly files: readonly TestThing[];
}

/** `top` holds two files and `inner`, which holds two files and `deep` with one; beside it a folder with a file. */
async function plant(): Promise<Library> {
  const place = { projectId: projects[0].id, ownerId: user.id };
  // The ids are not in the order of the tree: who takes locks by id meets who takes them from above.
  const files = [...(await createAssets(db(), place, 6))];
  const [deep, inner, top, beside] = [await createFolder(db(), place), await createFolder(db(), place), await createFolder(db(), place), await createFolder(db(), place)]; // prettier-ignore
  const put = (things: readonly TestThing[], folder: TestThing) =>
    sql`update assets set parent_id = ${folder.id} where id = any(${things.map(({ id }) => id)}::bigint[])`.execute(
      db(),
    );
  await put([inner, ...files.slice(0, 2)], top);
  await put([deep, ...files.slice(2, 4)], inner);
  await put(files.slice(4, 5), deep);
  await put(files.slice(5), beside);
  return { folders: [top, inner, deep, beside], files };
}

type Deed = () => Promise<unknown>;

function changing(kind: TreeOrder['kind'], thing: TestThing, more: Partial<TreeOrder> = {}): Deed {
  return async () => {
    const asset = await findReadableAsset(db(), { by: 'id', id: thing.id }, user);
    if (asset === null) return 'gone';
    const order = {
      kind,
      asset,
      target: null,
      actor: user,
      token: newUuid(),
      dispatched: false,
      now: new Date(),
      ...more,
    };
    const beginning = await beginTreeChange(db(), order);
    if (beginning.kind === 'job') return runJob(await jobOf(db(), beginning));
    const by = { actorId: user.id, jobId: null, now: new Date() };
    if (beginning.kind === 'done' && kind === 'delete_assets') await deleteDecided(database.store.pool, thing.id, by);
    return beginning.kind === 'refused' ? beginning.refusal : 'done';
  };
}

/** As its workflow does. */
async function runJob(job: { id: string; actorId: string }): Promise<string> {
  const result = await applyTreeJob(db(), job, new Date());
  if (result !== 'applied') {
    await endJob(db(), job.id, { state: 'failed', outcome: 'failed', error: null }, new Date());
    return `job ${result}`;
  }
  while ((await deleteNextChunk(database.store.pool, job, new Date())) === 'worked');
  expect(await finishJob(db(), job.id, new Date())).toMatchObject({ state: 'done', counts: { skipped: 0, remaining: 0 } }); // prettier-ignore
  return 'job done';
}

async function moving({ folders, files }: Library): Promise<Deed> {
  const things = [...folders, ...files];
  const assetIds = [...new Set(Array.from({ length: 4 }, () => random.pick(things).id))];
  const targetId = random.pick([null, ...folders.map(({ id }) => id)]);
  const job = await prepareBulkMove(db(), { project: projects[0], requestedBy: user.id, targetId, assetIds });
  return async () => {
    await workThrough(database.store.pool, job, 2);
    const standing = await finishJob(db(), job.jobId, new Date());
    expect(standing).toMatchObject({ state: 'done', counts: { total: assetIds.length, remaining: 0 } });
    return 'done';
  };
}

/** Of everything that is in the trash at that moment. */
async function purging(): Promise<unknown> {
  const id = await openPurge(db(), newUuid(), 0);
  while ((await purgeNextChunk(database.store.pool, id, new Date())) !== 'idle');
  expect((await readPurge(db(), id)).counts.remaining).toBe(0);
  return 'done';
}

async function pickDeed(library: Library): Promise<readonly [string, Deed]> {
  const { folders, files } = library;
  const [top, inner] = folders as [TestThing, TestThing];
  const thing = random.pick([top, inner, random.pick(folders), random.pick(files)]);
  const target = random.pick([null, ...projects]);
  const dispatched = random.integer(4) === 0;
  const everyday = random.pick(['trash', 'restore', 'trash', 'restore', 'assign', 'move', 'move', 'comment', 'update'] as const); // prettier-ignore
  const kind = random.integer(8) === 0 ? random.pick(['delete', 'delete', 'purge'] as const) : everyday;
  switch (kind) {
    case 'trash':
      return [kind, changing('trash_assets', thing, { dispatched })];
    case 'restore':
      return [kind, changing('restore_assets', thing, { dispatched })];
    case 'delete':
      return [kind, changing('delete_assets', random.pick([...folders.slice(1), ...files]), { dispatched })];
    case 'assign':
      return [kind, changing('assign_assets', thing, { dispatched, target })];
    case 'move':
      return [kind, await moving(library)];
    case 'comment':
      return [kind, () => addComment(db(), { assetId: thing.id, actorId: user.id, message: 'a word', at: new Date() })];
    case 'update':
      return [kind, () => updateAsset(db(), thing.id, user, { title: `title ${String(random.integer(1_000))}` })];
    case 'purge':
      return [kind, purging];
  }
}

async function attempt([kind, deed]: readonly [string, Deed]): Promise<void> {
  try {
    const result = await deed();
    const told = `${kind}: ${typeof result === 'string' ? result : result === null ? 'gone' : 'done'}`;
    done[told] = (done[told] ?? 0) + 1;
  } catch (error) {
    if ((error as { code?: unknown }).code !== LOCK_NOT_AVAILABLE) throw new Error(`${kind} failed`, { cause: error });
    done['lock timeouts'] = (done['lock timeouts'] ?? 0) + 1;
  }
}

interface Fate {
  readonly id: string;
  readonly fate: string;
  readonly lines: readonly string[];
  readonly project_of_lines: string | null;
  readonly project_id: string | null;
}

/** Each asset is live, or in the trash with a folder of it, or has its line; and its history says the same. */
async function expectNobodyLost(ids: readonly string[]): Promise<void> {
  const { rows } = await sql<Fate>`
    select n.id, coalesce(case when a.id is null then 'deleted' when a.trash_root_id is null then 'live'
        when a.purging_at is not null or r.purging_at is not null then 'left behind'
        when r.trash_root_id = r.id then 'trashed' end, 'lost') as fate,
      array(select kind from history h where h.asset_id = n.id order by h.id) as lines, a.project_id,
      (select project_id from history h where h.asset_id = n.id and kind in ('assigned', 'unassigned') order by h.id desc limit 1) as project_of_lines
    from unnest(${ids}::bigint[]) n (id) left join assets a on a.id = n.id left join assets r on r.id = a.trash_root_id`.execute(db()); // prettier-ignore
  for (const row of rows) {
    const last = row.lines.findLast((kind) => kind === 'trashed' || kind === 'restored');
    const told = row.lines.includes('deleted') ? 'deleted' : last === 'trashed' ? 'trashed' : 'live';
    expect(row).toMatchObject({ fate: told });
    if (told === 'deleted') expect(row.lines).toEqual(['deleted']);
    const restored = row.lines.filter((kind) => kind === 'trashed' || kind === 'restored').join(' ');
    expect(restored.startsWith('restored') || restored.includes('restored restored') ? row : null).toBeNull();
  }
  const comments = await sql`select from comments c where not exists (select from assets a where a.id = c.asset_id)`.execute(db()); // prettier-ignore
  expect(comments.rows).toEqual([]);
}

it(
  `whatever is done to one small tree at once, nobody is lost and nobody hears of it (TREE_RACE_SEED=${String(SEED)})`,
  async () => {
    const until = performance.now() + SECONDS * 1_000;
    let rounds = 0;
    for (; performance.now() < until; rounds += 1) {
      const library = await plant();
      const deeds: (readonly [string, Deed])[][] = [];
      for (let at = 0; at < AT_ONCE; at += 1) deeds.push([await pickDeed(library), await pickDeed(library)]);
      await Promise.all(
        deeds.map(async (some) => {
          for (const deed of some) await attempt(deed);
        }),
      );
      expect(await faultsOf(db())).toEqual([]);
      await expectNobodyLost([...library.folders, ...library.files].map(({ id }) => id));
      if (rounds % 20 === 19) {
        await sql`truncate comments, collection_assets, media, assets, history, job_selections, job_chunks, job_steps, ingests, reviews, review_requests, review_orders, ${DAG_RUN_TABLES}, jobs`.execute(db()); // prettier-ignore
        await sql`truncate asset_words`.execute(db());
      }
    }
    const { rows } = await sql`select deadlocks from pg_stat_database where datname = current_database()`.execute(db());
    if (process.env['TREE_RACE_SECONDS'] !== undefined)
      process.stderr.write(`${JSON.stringify({ rounds, done, rows })}\n`);
    for (const kind of ['trash: done', 'restore: done', 'delete: done', 'assign: done', 'move: done', 'purge: done']) {
      expect([kind, done[kind]]).toEqual([kind, expect.any(Number)]);
    }
  },
  SECONDS * 1_000 + 60_000,
);
