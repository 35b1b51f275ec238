import { randomUUID } from 'node:crypto';
import type { Store } from '../../src/store/database';
import { readExceptions, readParents } from '../support/bulk-move';
import { createAssets, createFolder, grantAccess, type TestThing } from '../support/fixtures';
import { startAllInOneInstallation } from './support/all-in-one';
import type { Api, JobAnswer } from './support/api';
import { countDoneItems, countIn } from './support/direct-count';
import type { Installation } from './support/installation';
import { fillFolder, type Library } from './support/library';
import { createOpened } from './support/opened';
import { runTemporalCli } from './support/temporal-cli';
import { until } from './support/until';

/** Enough to be paused before it is done. */
const MANY = 100_000;

const opened = createOpened();
let installation: Installation;
let store: Store;
let library: Library;
let api: Api;

beforeAll(async () => {
  ({ installation, store, library, api } = await startAllInOneInstallation(opened));
});

afterAll(() => opened.closeAll());

test('a retry takes the 7 failed items; an undo puts each asset back, but the 3 that moved since; an undo of it by the Temporal CLI undoes that', async () => {
  const place = { projectId: library.project.id, ownerId: library.user.id };
  const folder = (parent?: TestThing) => createFolder(store.db, { ...place, ...(parent && { parentId: parent.id }) });
  const [source, elsewhere] = [await folder(), await folder()];
  const files = await createAssets(store.db, { ...place, parentId: source.id }, 1_000);
  const above: TestThing[] = [];
  for (let depth = 0; depth < 7; depth += 1) above.push(await folder(above.at(-1)));
  const target = await folder(above.at(-1));
  const ids = files.map((file) => file.id);

  const moved = await move(target, [...files, ...above]);
  expect(moved).toMatchObject({ state: 'done', outcome: 'with_failures', total: 1_007, succeeded: 1_000, failed: 7 });
  const retry = await api.act(moved.token, 'retry');
  expect(retry).toMatchObject({ status: 202, body: { retry_of: moved.token } });
  expect(await ended(retry.body.token)).toMatchObject({ outcome: 'with_failures', total: 7, succeeded: 0, failed: 7 });

  const since = [files[0], files[500], files[999]].filter((file) => file !== undefined);
  expect(await move(elsewhere, since)).toMatchObject({ succeeded: 3 });
  const undo = await api.act(moved.token, 'undo');
  expect(undo).toMatchObject({ status: 202, body: { undo_of: moved.token } });
  const undone = await ended(undo.body.token);
  expect(undone).toMatchObject({ outcome: 'succeeded', total: 1_000, succeeded: 997, skipped: 3, failed: 0, remaining: 0 }); // prettier-ignore
  const row = await store.db.selectFrom('jobs').select('id').where('uuid', '=', undone.token).executeTakeFirstOrThrow();
  const changed = Object.fromEntries(since.map((file) => [file.id, 'changed']));
  expect(await readExceptions(store.db, row.id)).toEqual(changed);
  const placesWith = (other: string) => ids.map((id) => (id in changed ? elsewhere.id : other));
  expect(await readParents(store.db, ids)).toEqual(placesWith(source.id));

  const token = randomUUID();
  const input = { project: library.project.uuid, requested_by: library.user.email, undo_of: undone.token };
  const answer = await runTemporalCli(installation, [
    ...['workflow', 'execute', '--type', 'bulkMoveWorkflow', '--task-queue', 'longhaul', '--workflow-id', token],
    ...['--input', JSON.stringify(input)],
  ]);
  expect(answer).toMatchObject({ code: 0 });
  expect(await api.job(token)).toMatchObject({ state: 'done', undo_of: undone.token, total: 997, succeeded: 997 });
  expect(await readParents(store.db, ids)).toEqual(placesWith(target.id));
  const { links } = await api.job(moved.token);
  expect(links.children).toMatchObject([
    { relation: 'retry', token: retry.body.token },
    { relation: 'undo', token: undone.token },
  ]);
});

test('items that were forbidden because a right was taken away meanwhile are all that a retry moves once it is back', async () => {
  const { source, target } = await fillFolder(store.db, library, MANY);
  const token = await api.move(library.project.uuid, target.uuid, [{ children: source.uuid }]);
  await until('some have moved', async () => (await countDoneItems(store.db, token)) > 0);
  const { body: paused } = await api.act(token, 'pause');
  expect(paused.succeeded).toBeLessThan(MANY);
  const mayWrite = (canWrite: boolean) =>
    grantAccess(store.db, library.project.id, library.user.ownTeamId, { canWrite });
  await mayWrite(false);
  await api.act(token, 'resume');
  const failed = MANY - paused.succeeded;
  expect(await ended(token)).toMatchObject({
    outcome: 'with_failures',
    succeeded: paused.succeeded,
    failed,
    remaining: 0,
  });
  expect(await api.act(token, 'retry')).toMatchObject({ status: 403 });

  await mayWrite(true);
  const { body: retry } = await api.act(token, 'retry');
  expect(await ended(retry.token)).toMatchObject({ outcome: 'succeeded', total: failed, succeeded: failed, failed: 0 });
  expect(await countIn(store.db, target.id)).toBe(MANY);
  expect(await api.act(retry.token, 'retry')).toMatchObject({ status: 409, body: { code: 'nothing_failed' } });
});

async function move(target: TestThing, things: readonly TestThing[]): Promise<JobAnswer> {
  const selection = things.map((thing) => thing.uuid);
  return ended(await api.move(library.project.uuid, target.uuid, selection));
}

async function ended(token: string): Promise<JobAnswer> {
  return until('the job has ended', async () => {
    const job = await api.job(token);
    return job.finished_at === null ? undefined : job;
  });
}
