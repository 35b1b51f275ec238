import type { Database } from '../../src/store/database';
import { attachIngests } from '../../src/store/ingest-attach';
import { cancelJob, pauseJob } from '../../src/store/job-control';
import { markStep, noteStep, readSteps } from '../../src/store/job-steps';
import { findJob, listJobs, readJob } from '../../src/store/jobs';
import { readFileMetadata } from '../../src/store/media';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { allThere, openTestIngest, someFacts } from '../support/ingest';
import { putIntoTrash } from '../support/put-into-trash';

let database: TestDatabase;
let db: Database;
let user: TestUser;
let project: TestThing;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ db } = database.store);
  user = await createUser(db);
  project = await createProject(db);
  await grantAccess(db, project.id, user.ownTeamId, { canWrite: true });
});
afterAll(() => database.drop());

async function anIngest(projectId: string | null = project.id) {
  const [asset] = (await createAssets(db, { projectId, ownerId: user.id }, 1)) as [TestThing];
  const opened = await openTestIngest(db, { asset, project: projectId === null ? null : project, actor: user });
  return { ...opened, asset, projectId };
}

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 21, 12, 0, seconds));
const mark = (jobId: string, state: 'running' | 'waiting' | 'done' | 'failed', seconds: number, message: string | null = null) =>
  markStep(db, jobId, { name: 'download', state, message }, at(seconds)); // prettier-ignore
const firstOf = async (jobId: string) => (await readSteps(db, jobId))[0];
const versionOf = async (token: string) => (await readJob(db, token))?.version ?? 0;

test('a step that runs again keeps the instant at which it began, and ends once', async () => {
  const { jobId } = await anIngest();
  await mark(jobId, 'running', 1);
  await mark(jobId, 'waiting', 5, '2 MB');
  await mark(jobId, 'running', 9);
  expect(await firstOf(jobId)).toMatchObject({ state: 'running', startedAt: at(1), finishedAt: null, message: null });
  await mark(jobId, 'done', 12);
  expect(await firstOf(jobId)).toMatchObject({ state: 'done', startedAt: at(1), finishedAt: at(12) });
});

test('each mark and each note is news to who follows the job, and lets it wait for nothing', async () => {
  const { jobId, token } = await anIngest();
  await db.updateTable('jobs').set({ waiting_reason: 'waiting for a worker' }).where('id', '=', jobId).execute();
  const before = await versionOf(token);
  await mark(jobId, 'running', 1);
  const marked = await versionOf(token);
  expect(marked).toBeGreaterThan(before);
  await noteStep(db, jobId, 'download', '3 MB', at(2));
  expect(await versionOf(token)).toBeGreaterThan(marked);
  expect(await readJob(db, token)).toMatchObject({ waitingReason: null, steps: [{ name: 'download', message: '3 MB' }, {}, {}, {}, {}, {}] }); // prettier-ignore
});

test('a note without words leaves those that were said, and a paused job is not talked over', async () => {
  const { jobId, token } = await anIngest();
  await mark(jobId, 'running', 1, 'attempt 1 of 5 failed');
  await noteStep(db, jobId, 'download', null, at(2));
  expect((await firstOf(jobId))?.message).toBe('attempt 1 of 5 failed');
  await pauseJob(db, jobId, null, at(3));
  await noteStep(db, jobId, 'download', '3 MB', at(4));
  expect((await firstOf(jobId))?.message).toBe('attempt 1 of 5 failed');
  expect((await readJob(db, token))?.waitingReason).toContain('paused');
});

test('of a job that has ended no step changes any more', async () => {
  const { jobId } = await anIngest();
  await mark(jobId, 'running', 1);
  await cancelJob(db, jobId, null, new Date());
  await mark(jobId, 'done', 5);
  expect((await firstOf(jobId))?.state).toBe('skipped');
});

describe('the twin of a file', () => {
  async function attach({ jobId, ingest, projectId }: Awaited<ReturnType<typeof anIngest>>, sha: string) {
    const job = { jobId, projectId, requestedBy: user.id };
    await attachIngests(db, job, 0, [{ kind: 'ready', ingestId: ingest.id, facts: someFacts(sha) }], allThere, new Date()); // prettier-ignore
  }

  test('is told to who may read it, also when it lies in the trash, and to nobody else', async () => {
    const first = await anIngest(null);
    await attach(first, 'a7');
    await putIntoTrash(db, first.asset, new Date());
    const second = await anIngest();
    await attach(second, 'a7');
    const twin = { duplicateOf: first.asset.uuid };
    const name = { by: 'uuid', uuid: second.token } as const;
    expect(await readJob(db, second.token, user.id)).toMatchObject(twin);
    expect(await findJob(db, name, second.token, { id: user.id, admin: false })).toMatchObject(twin);
    expect((await listJobs(db, { id: user.id, admin: false }, { limit: 1 }))[0]).toMatchObject(twin);
    const manager = await createUser(db);
    await grantAccess(db, project.id, manager.ownTeamId, { canManage: true });
    expect(await findJob(db, name, second.token, { id: manager.id, admin: false })).toMatchObject({
      duplicateOf: null,
    });
    expect(await readJob(db, second.token)).toMatchObject({ duplicateOf: null });
  });

  test('the metadata of an asset are those of its newest file, and none before', async () => {
    const file = await anIngest();
    expect(await readFileMetadata(db, file.asset.id)).toBeNull();
    await attach(file, 'a8');
    expect(await readFileMetadata(db, file.asset.id)).toMatchObject({ exif: { Make: 'Camera' } });
  });
});
