import { CHUNK_FILES } from '../../src/domain/bulk-ingest';
import { readChunkFiles, readWaitingChunks } from '../../src/store/bulk-ingest-files';
import { openBulkIngestJob } from '../../src/store/bulk-ingest-opening';
import { newUuid } from '../../src/store/ids';
import { attachIngests, type FileOutcome } from '../../src/store/ingest-attach';
import { createChildJob } from '../../src/store/job-children';
import { pauseJob, resumeJob } from '../../src/store/job-control';
import { finishJob } from '../../src/store/job-progress';
import { createTestBulkIngest, openTestBulkIngest, readChunks, readLines } from '../support/bulk-ingest';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures';
import { allThere, someFacts } from '../support/ingest';

let database: TestDatabase;
let actor: TestUser;
let project: TestThing;

const db = () => database.store.db;
const now = () => new Date();

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});
beforeEach(async () => {
  actor = await createUser(db());
  project = await createProject(db());
  await grantAccess(db(), project.id, actor.ownTeamId, { canWrite: true });
});

const linesOf = (host: string, count: number) =>
  Array.from({ length: count }, (_, at) => ({ file_url: `https://${host}/${String(at)}.jpg` }));
const open = (lines: readonly unknown[]) => openTestBulkIngest(db(), { project, actor, lines });
const owner = (jobId: string) => ({ jobId, projectId: project.id, requestedBy: actor.id });

/** Ends every chunk; files whose line has a code fail with it. */
async function workThrough(jobId: string, codes: Readonly<Record<number, string>> = {}): Promise<void> {
  for (const { no } of await readWaitingChunks(db(), jobId)) {
    const outcomes = (await readChunkFiles(db(), jobId, no)).map(({ ingest }): FileOutcome => {
      const code = ingest.code ?? codes[ingest.line];
      return code === undefined
        ? { kind: 'ready', ingestId: ingest.id, facts: someFacts(ingest.line.toString(16)) }
        : { kind: 'failed', ingestId: ingest.id, code, attempts: 5 };
    });
    await attachIngests(db(), owner(jobId), no, outcomes, allThere, now());
  }
  await finishJob(db(), jobId, now());
}

describe('the chunks of a job', () => {
  it('hold every line once, each the files of one host as far as they fill it, the hosts in turns', async () => {
    const lines = [...linesOf('a.test', 2 * CHUNK_FILES + 3), ...linesOf('b.test', CHUNK_FILES + 2), ...linesOf('c.test', 4)];
    const { jobId, state, counts } = await open(lines);
    expect(state).toBe('running');
    expect(counts).toEqual({ total: lines.length, succeeded: 0, skipped: 0, failed: 0, remaining: lines.length });
    const chunks = await readChunks(db(), jobId);
    expect(chunks.flatMap((chunk) => chunk.lines).sort((one, other) => one - other)).toEqual(lines.map((_, at) => at + 1));
    expect(chunks.every((chunk) => chunk.lines.length <= CHUNK_FILES)).toBe(true);
    expect((await readWaitingChunks(db(), jobId)).map(({ host }) => host)).toEqual(['a.test', 'b.test', null, 'a.test']);
  }); // prettier-ignore

  it('are few for many hosts of a single file each', async () => {
    const { jobId } = await open(Array.from({ length: 40 }, (_, at) => linesOf(`h${String(at)}.test`, 1)).flat());
    expect((await readChunks(db(), jobId)).map((chunk) => chunk.lines.length)).toEqual([16, 16, 8]);
  });

  it('hold bad lines by themselves, before the others', async () => {
    const bad = Array.from({ length: 40 }, () => ({ file_url: 'no address' }));
    const { jobId } = await open([...linesOf('a.test', 2), ...bad]);
    expect((await readChunks(db(), jobId)).map((chunk) => chunk.lines.length)).toEqual([40, 2]);
    await workThrough(jobId);
    expect(await readChunks(db(), jobId)).toMatchObject([
      { succeeded: 0, failed: 40, codes: bad.map(() => 'url_invalid') },
      { succeeded: 2, failed: 0 },
    ]);
  });

  it('are made once, and not while the job is paused', async () => {
    const { jobId } = await createTestBulkIngest(db(), { project, actor, lines: linesOf('a.test', 3) });
    await pauseJob(db(), jobId, null, now());
    expect(await openBulkIngestJob(db(), jobId, now())).toMatchObject({ state: 'paused', counts: { total: null } });
    await resumeJob(db(), jobId, null, now());
    expect(await openBulkIngestJob(db(), jobId, now())).toMatchObject({ state: 'running', counts: { total: 3 } });
    expect(await openBulkIngestJob(db(), jobId, now())).toMatchObject({ state: 'running', counts: { total: 3 } });
    expect(await readChunks(db(), jobId)).toHaveLength(1);
  });
});

it('files become assets of the project with the titles and names of their lines', async () => {
  const lines = [{ file_url: 'https://a.test/x.jpg', filename: 'Harbour.jpg', title: 'At dawn' }, { file_url: 'https://a.test/y.jpg' }];
  const { jobId } = await open(lines);
  await workThrough(jobId);
  const assets = await db()
    .selectFrom('assets')
    .select(['uuid', 'title', 'original_filename', 'parent_id', 'media_type'])
    .where('project_id', '=', project.id)
    .orderBy('id')
    .execute();
  const uuids = (await readLines(db(), jobId)).map((line) => line.asset_uuid);
  expect(assets).toEqual([
    { uuid: uuids[0], title: 'At dawn', original_filename: 'Harbour.jpg', parent_id: null, media_type: 'image' },
    { uuid: uuids[1], title: 'y.jpg', original_filename: 'y.jpg', parent_id: null, media_type: 'image' },
  ]);
}); // prettier-ignore

it('a retry takes up the failed lines that may pass, under their numbers, and no others', async () => {
  const { jobId } = await open([...linesOf('a.test', 4), 'no line']);
  await workThrough(jobId, { 2: 'http_server_error', 3: 'too_large', 4: 'connect_timeout' });
  const order = { relation: 'retry', parentId: jobId, token: newUuid(), caller: actor, idempotencyKey: null } as const;
  const creation = await createChildJob(db(), { ...order, dispatched: true, now: now() });
  expect(creation).toMatchObject({
    kind: 'created',
    job: { kind: 'bulk_ingest_media', input: { project: project.uuid, requested_by: actor.uuid } },
  });
  const { id: childId } = await db().selectFrom('jobs').select('id').where('uuid', '=', order.token).executeTakeFirstOrThrow();
  expect(await openBulkIngestJob(db(), childId, now())).toMatchObject({ counts: { total: 2, remaining: 2 } });
  const [parent, child] = [await readLines(db(), jobId), await readLines(db(), childId)];
  expect(child.map(({ line }) => line)).toEqual([2, 4]);
  expect(child.map(({ asset_uuid: uuid }) => uuid)).toEqual([parent[1]?.asset_uuid, parent[3]?.asset_uuid]);
  expect(child.map(({ attempts, code }) => [attempts, code])).toEqual([[0, null], [0, null]]);
  await workThrough(childId);
  expect((await readLines(db(), jobId)).map(({ url_sealed: sealed }) => sealed)).toEqual(parent.map(() => null));
}); // prettier-ignore

it('there is no retry of a job whose failed lines are all bad', async () => {
  const { jobId } = await open([...linesOf('a.test', 1), 'no line']);
  await workThrough(jobId);
  const order = { relation: 'retry', parentId: jobId, token: newUuid(), caller: actor, idempotencyKey: null } as const;
  const creation = await createChildJob(db(), { ...order, dispatched: true, now: now() });
  expect(creation).toMatchObject({ kind: 'refused', refusal: 'nothing_retryable' });
});
