import { MockActivityEnvironment } from '@temporalio/testing';
import { createTreeChangeActivities } from '../../src/activities/tree-change';
import type { SliceResult } from '../../src/contract/job';
import { revokeAccess } from '../../src/store/access';
import { readJob } from '../../src/store/jobs';
import { createActivityDependencies } from '../support/activity-dependencies';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets } from '../support/fixtures';
import { changeTree, createTree, jobOf, standings } from '../support/tree-library';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('a job whose right was taken away while it waited ends as rejected, and has changed nothing', async () => {
  const { db } = database.store;
  const tree = await createTree(db);
  await createAssets(db, { projectId: tree.project.id, ownerId: tree.user.id, parentId: tree.inner.id }, 1_100);
  const { token } = await jobOf(db, await changeTree(database.store, 'trash_assets', tree.top, tree.user));
  await revokeAccess(db, tree.project.id, tree.user.ownTeamId, new Date());
  const { changeTree: activity } = createTreeChangeActivities(createActivityDependencies(database.store));
  const change = () =>
    new MockActivityEnvironment().run<[], SliceResult, () => Promise<SliceResult>>(() =>
      activity({ token, phase: 'files' }),
    );
  await expect(change()).rejects.toMatchObject({ type: 'Forbidden', nonRetryable: true });
  const job = await readJob(db, token, tree.user.id);
  expect(job).toMatchObject({ state: 'rejected', outcome: 'rejected', error: { code: 'Forbidden' } });
  expect(await standings(db, [tree.top])).toEqual({ [tree.top.id]: 'live' });
  // Its worker was killed before it could say so.
  expect(await change()).toMatchObject({ state: 'rejected', more: false });
});
