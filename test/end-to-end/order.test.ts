import { sql } from 'kysely';
import type { Store } from '../../src/store/database';
import { createFolder, type TestThing } from '../support/fixtures';
import { startAllInOneInstallation } from './support/all-in-one';
import type { Api, JobAnswer } from './support/api';
import { countIn } from './support/direct-count';
import { fillFolder, type Library } from './support/library';
import { createOpened } from './support/opened';
import { until } from './support/until';

const opened = createOpened();
let store: Store;
let library: Library;
let api: Api;

beforeAll(async () => {
  ({ store, library, api } = await startAllInOneInstallation(opened));
});

afterAll(() => opened.closeAll());

test('moves of folders in one project go one after another, with the reason shown; files do not wait for them', async () => {
  const [moved, other, target] = [await folder(), await folder(), await folder()];
  const files = await fillFolder(store.db, library, 1_000);
  const release = await hold(moved);
  const first = await move(moved, target);
  await until('the first job runs', async () => (await api.job(first)).state === 'running');
  const second = await move(other, target);
  const third = await move(await folder(), target);
  await untilReason(second, `waiting behind job ${first}, which moves folders of the same project`);
  await untilReason(third, `waiting behind job ${second}, which moves folders of the same project`);

  const beside = await api.move(library.project.uuid, files.target.uuid, [{ children: files.source.uuid }]);
  expect(await untilEnded(beside)).toMatchObject({ state: 'done', succeeded: 1_000 });
  expect(await api.job(first)).toMatchObject({ state: 'running', remaining: 1 });
  expect(await api.job(second)).toMatchObject({ state: 'running', remaining: 1 });

  await release();
  for (const token of [first, second, third]) {
    expect(await untilEnded(token)).toMatchObject({ state: 'done', outcome: 'succeeded', reason: null });
  }
  expect(await countIn(store.db, target.id)).toBe(3);
  expect(await inOrderOfMoves([first, second, third])).toEqual([first, second, third]);
});

test('of two opposite moves the one that was asked for first wins', async () => {
  const [a, b, target] = [await folder(), await folder(), await folder()];
  const blocker = await folder();
  const release = await hold(blocker);
  const before = await move(blocker, target);
  await until('the tree is held', async () => (await api.job(before)).state === 'running');
  const [aIntoB, bIntoA] = [await move(a, b), await move(b, a)];
  await untilReason(bIntoA, `waiting behind job ${aIntoB}, which moves folders of the same project`);
  await release();
  expect(await untilEnded(aIntoB)).toMatchObject({ outcome: 'succeeded', succeeded: 1 });
  expect(await untilEnded(bIntoA)).toMatchObject({ outcome: 'with_failures', failed: 1 });
});

test('a paused job gives way to those behind it', async () => {
  const [moved, other, target] = [await folder(), await folder(), await folder()];
  const release = await hold(moved);
  const first = await move(moved, target);
  await until('the first job runs', async () => (await api.job(first)).state === 'running');
  const second = await move(other, target);
  await untilReason(second, `waiting behind job ${first}, which moves folders of the same project`);
  const pausing = api.act(first, 'pause');
  await until('the first job is paused', async () => (await api.job(first)).state === 'paused');
  await release();
  await pausing;
  expect(await untilEnded(second)).toMatchObject({ state: 'done', succeeded: 1 });
  await api.act(first, 'resume');
  expect(await untilEnded(first)).toMatchObject({ state: 'done', succeeded: 1 });
});

const folder = () => createFolder(store.db, { projectId: library.project.id, ownerId: library.user.id });

const move = (thing: TestThing, target: TestThing) => api.move(library.project.uuid, target.uuid, [thing.uuid]);

const untilReason = (token: string, reason: string) =>
  until(`job ${token} says: ${reason}`, async () => (await api.job(token)).reason === reason);

const untilEnded = (token: string): Promise<JobAnswer> =>
  until('the job has ended', async () => {
    const job = await api.job(token);
    return job.finished_at !== null && job;
  });

/** The jobs in the order in which their folders moved; when each said that it has ended tells less. */
async function inOrderOfMoves(tokens: readonly string[]): Promise<readonly string[]> {
  const { rows } = await sql<{ token: string }>`select j.uuid as token from history h join jobs j on j.id = h.job_id
    where j.uuid = any(${tokens}::uuid[]) order by h.id`.execute(store.db);
  return rows.map(({ token }) => token);
}

/** Its move cannot go on until it is let go. */
async function hold({ id }: TestThing): Promise<() => Promise<void>> {
  const client = await store.pool.connect();
  opened.keep({
    close: () => {
      client.release(true);
      return Promise.resolve();
    },
  });
  await client.query('begin');
  await client.query('select from assets where id = $1 for update', [id]);
  return async () => {
    await client.query('commit');
  };
}
