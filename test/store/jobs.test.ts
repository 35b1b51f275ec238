import { sql } from 'kysely';
import { newUuid } from '../../src/store/ids';
import { createJob, type NewJob } from '../../src/store/job-creation';
import { endJob, publishProgress } from '../../src/store/job-progress';
import { claimUndispatchedJobs, hastenUndispatchedJobs, markDispatched } from '../../src/store/job-dispatch';
import { findJob, listJobs, readJob } from '../../src/store/jobs';
import { parseName } from '../../src/domain/names';
import { prepareBulkMove, workThrough } from '../support/bulk-move';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createFolder, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore

let database: TestDatabase;
let user: TestUser;
let project: TestThing;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});
beforeEach(async () => {
  user = await createUser(database.store.db);
  project = await createProject(database.store.db);
  await grantAccess(database.store.db, project.id, user.ownTeamId, { canWrite: true });
});

const db = () => database.store.db;
const NOW = new Date('2026-11-21T12:00:00.000Z');

function order(over: Partial<NewJob> = {}): NewJob {
  return {
    token: newUuid(),
    kind: 'bulk_move_assets',
    project,
    createdBy: user.id,
    input: { project: project.uuid },
    selection: { parentId: null, assetIds: ['1', '2'], rules: [] },
    idempotency: null,
    dispatched: false,
    now: NOW,
    ...over,
  };
}

async function readEvents(projectId = project.id) {
  return db().selectFrom('sync_events').selectAll().where('project_id', '=', projectId).orderBy('cursor').execute();
}

describe('creating a job', () => {
  it('commits the job, its selection and its first event together', async () => {
    const job = order();
    expect(await createJob(db(), job)).toEqual({ kind: 'created', token: job.token });
    const record = await readJob(db(), job.token);
    expect(record).toMatchObject({ state: 'queued', waitingReason: 'waiting for Temporal', createdBy: user.email });
    expect(record?.counts).toEqual({ total: null, succeeded: 0, skipped: 0, failed: 0, remaining: null });
    const events = await readEvents();
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ cursor: '1', action: 'INSERT', data_type: 'jobs', data_key: job.token });
    expect(events[0]?.data).toMatchObject({ project_gid: project.uuid, job: 'bulk_move_assets', status: 'queued', created_on: NOW.getTime() / 1000 }); // prettier-ignore
  });

  it('makes one job of the same Idempotency-Key and request, also when they arrive at once', async () => {
    const idempotency = { key: 'k-1', request: 'body' };
    const made = await Promise.all(Array.from({ length: 8 }, () => createJob(db(), order({ idempotency }))));
    expect(made.filter((creation) => creation.kind === 'created')).toHaveLength(1);
    expect(made.filter((creation) => creation.kind === 'existing')).toHaveLength(7);
    expect(new Set(made.map((creation) => (creation.kind === 'conflict' ? '' : creation.token))).size).toBe(1);
    expect(await readEvents()).toHaveLength(1);
  });

  it('refuses the same Idempotency-Key for another request, and keeps the keys of two people apart', async () => {
    const other = await createUser(db());
    await createJob(db(), order({ idempotency: { key: 'k-2', request: 'one' } }));
    const again = await createJob(db(), order({ idempotency: { key: 'k-2', request: 'two' } }));
    const theirs = await createJob(db(), order({ idempotency: { key: 'k-2', request: 'two' }, createdBy: other.id }));
    expect([again.kind, theirs.kind]).toEqual(['conflict', 'created']);
  });

  it('finds the job by token, key and id', async () => {
    const job = order();
    await createJob(db(), job);
    const row = await db()
      .selectFrom('jobs')
      .select(['id', 'key'])
      .where('uuid', '=', job.token)
      .executeTakeFirstOrThrow();
    for (const text of [job.token, row.key, row.id]) {
      const name = parseName(text);
      expect(name && (await findJob(db(), name, text, { id: user.id, admin: false }))?.token).toBe(job.token);
    }
  });

  it('gives a job with a foreign uuid a key of its own', async () => {
    const token = '7c136ddb-4dfa-4ec1-bad4-15067cbf80d9';
    await createJob(db(), order({ token }));
    const { key } = await db().selectFrom('jobs').select('key').where('uuid', '=', token).executeTakeFirstOrThrow();
    const name = parseName(key);
    expect(name && (await findJob(db(), name, key, { id: user.id, admin: false }))?.token).toBe(token);
  });
});

describe('who sees a job', () => {
  it('shows it to its creator, to managers of its project and to administrators, to nobody else', async () => {
    const job = order();
    await createJob(db(), job);
    const manager = await createUser(db());
    await grantAccess(db(), project.id, manager.ownTeamId, { canManage: true });
    const writer = await createUser(db());
    await grantAccess(db(), project.id, writer.ownTeamId, { canWrite: true });
    const name = { by: 'uuid', uuid: job.token } as const;
    const seen = async (viewer: TestUser, admin = false) => [
      (await findJob(db(), name, job.token, { id: viewer.id, admin })) !== null,
      (await listJobs(db(), { id: viewer.id, admin }, { projectId: project.id, limit: 10 })).length,
    ];
    expect(await seen(user)).toEqual([true, 1]);
    expect(await seen(manager)).toEqual([true, 1]);
    expect(await seen(writer)).toEqual([false, 0]);
    expect(await seen(writer, true)).toEqual([true, 1]);
  });

  it('lists the newest first, in pages, filtered by state and kind', async () => {
    const tokens: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      const job = order();
      await createJob(db(), job);
      tokens.unshift(job.token);
    }
    const viewer = { id: user.id, admin: false };
    const first = await listJobs(db(), viewer, { limit: 3 });
    const second = await listJobs(db(), viewer, { limit: 3, before: first[2]?.id });
    expect([...first, ...second].map((job) => job.token)).toEqual(tokens);
    expect(await listJobs(db(), viewer, { limit: 9, state: 'done' })).toEqual([]);
    expect(await listJobs(db(), viewer, { limit: 9, state: 'queued', kind: 'bulk_move_assets' })).toHaveLength(5);
  });

  it('lists once what a person may see for two reasons', async () => {
    await grantAccess(db(), project.id, user.ownTeamId, { canManage: true });
    await createJob(db(), order());
    expect(await listJobs(db(), { id: user.id, admin: false }, { limit: 9 })).toHaveLength(1);
  });
});

describe('progress', () => {
  async function running(items = 3) {
    const to = await createFolder(db(), { projectId: project.id, ownerId: user.id });
    const assets = await createAssets(db(), { projectId: project.id, ownerId: user.id }, items);
    const assetIds = assets.map((asset) => asset.id);
    return prepareBulkMove(db(), { project, requestedBy: user.id, targetId: to.id, assetIds });
  }
  const later = (ms: number) => new Date(Date.now() + ms);

  it('brings the counts up to what the chunks say, and tells the readers once per gap', async () => {
    const job = await running();
    await workThrough(database.store.pool, job);
    expect(await publishProgress(db(), job.jobId, later(0), 60_000)).toBeNull();
    const standing = await publishProgress(db(), job.jobId, later(60_000), 60_000);
    expect(standing?.counts).toEqual({ total: 3, succeeded: 3, skipped: 0, failed: 0, remaining: 0 });
    expect(await publishProgress(db(), job.jobId, later(60_001), 60_000)).toBeNull();
    expect((await readEvents()).at(-1)?.data).toMatchObject({ info: { total: 3, succeeded: 3, remaining: 0 } });
  });

  it('lets several lanes that publish at once write one event', async () => {
    const job = await running();
    const before = (await readEvents()).length;
    const at = later(60_000);
    await Promise.all(Array.from({ length: 6 }, () => publishProgress(db(), job.jobId, at, 1_000)));
    expect(await readEvents()).toHaveLength(before + 1);
  });

  it('ends a job once, with exact counts and its last event', async () => {
    const job = await running();
    await workThrough(database.store.pool, job);
    const end = { state: 'done', outcome: null, error: null } as const;
    const first = await endJob(db(), job.jobId, end, later(0));
    const second = await endJob(db(), job.jobId, { ...end, state: 'failed', outcome: 'failed' }, later(5));
    expect(first).toEqual(second);
    expect(first).toMatchObject({ state: 'done', outcome: 'succeeded' });
    const last = (await readEvents()).at(-1);
    expect(last?.data).toMatchObject({ status: 'done', info: { state: 'done', outcome: 'succeeded', remaining: 0 } });
    expect(await publishProgress(db(), job.jobId, later(600_000), 0)).toBeNull();
  });

  it('does not call a job done while chunks of it wait', async () => {
    const job = await running();
    const end = endJob(db(), job.jobId, { state: 'done', outcome: null, error: null }, later(0));
    await expect(end).rejects.toThrow('chunks of it are waiting');
  });

  it('keeps what was not reached as remaining when a job is cancelled', async () => {
    const job = await running();
    const { counts } = await endJob(
      db(),
      job.jobId,
      { state: 'cancelled', outcome: 'cancelled', error: null },
      later(0),
    );
    expect(counts).toEqual({ total: 3, succeeded: 0, skipped: 0, failed: 0, remaining: 3 });
  });

  it('cannot store counts that do not add up', async () => {
    const job = await running();
    const broken = sql`update jobs set succeeded = 4 where id = ${job.jobId}`.execute(db());
    await expect(broken).rejects.toThrow(/violates check constraint/);
  });
});

describe('dispatch', () => {
  const after = (ms: number) => new Date(NOW.getTime() + ms);
  beforeEach(async () => {
    await sql`update jobs set dispatched_at = now() where dispatched_at is null`.execute(db());
  });

  it('takes a job only when its maker has had time to start it, and holds it back from others', async () => {
    const job = order();
    await createJob(db(), job);
    expect(await claimUndispatchedJobs(db(), 10, 5_000, after(1_000))).toEqual([]);
    expect(await claimUndispatchedJobs(db(), 10, 5_000, after(2_000))).toEqual([
      {
        token: job.token,
        kind: 'bulk_move_assets',
        projectUuid: project.uuid,
        ownerUuid: user.uuid,
        input: job.input,
        traceparent: null,
      },
    ]);
    expect(await claimUndispatchedJobs(db(), 10, 5_000, after(6_000))).toEqual([]);
    expect(await claimUndispatchedJobs(db(), 10, 5_000, after(7_000))).toHaveLength(1);
  });

  it('gives each of several claimants other jobs', async () => {
    for (let n = 0; n < 6; n += 1) await createJob(db(), order());
    const claims = await Promise.all([1, 2, 3].map(() => claimUndispatchedJobs(db(), 2, 5_000, after(2_000))));
    expect(new Set(claims.flat().map((job) => job.token)).size).toBe(6);
  });

  it('says that a started job waits for a worker, unless a worker has taken it up already', async () => {
    const job = order();
    await createJob(db(), job);
    await markDispatched(db(), job.token, after(1));
    expect((await readJob(db(), job.token))?.waitingReason).toBe('waiting for a worker');
    expect(await claimUndispatchedJobs(db(), 10, 5_000, after(60_000))).toEqual([]);
  });

  it('makes every job due at once when Temporal is back', async () => {
    await createJob(db(), order());
    await claimUndispatchedJobs(db(), 10, 60_000, after(2_000));
    await hastenUndispatchedJobs(db(), after(3_000));
    expect(await claimUndispatchedJobs(db(), 10, 5_000, after(3_000))).toHaveLength(1);
  });
});
