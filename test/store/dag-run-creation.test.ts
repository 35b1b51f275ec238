import { newUuid } from '../../src/store/ids';
import { applyDagAction, findDagAction } from '../../src/store/dag-actions';
import { createDagRun } from '../../src/store/dag-run-creation';
import { listDagRuns, readDagRunOfJob } from '../../src/store/dag-run-reading';
import type { Store } from '../../src/store/database';
import { createDefinition } from '../support/dag-actions';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createUser } from '../support/fixtures';

const NOW = new Date('2026-03-01T10:00:00.000Z');

let database: TestDatabase;
let store: Store;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ store } = database);
});
afterAll(() => database.drop());

describe('createDagRun', () => {
  it('commits a run with its nodes and the first message', async () => {
    const user = await createUser(store.db);
    const project = await createProject(store.db);
    const [asset] = await createAssets(store.db, { projectId: project.id, ownerId: user.id }, 1);
    const applied = await applyDagAction(store.db, createDefinition(), 'source', user.id, NOW);
    expect(applied).toMatchObject({ version: 1, changed: true });
    const action = await findDagAction(store.db, applied.name);
    if (action === null || asset === undefined) throw new Error('nothing to run');
    const token = newUuid();
    const creation = await createDagRun(store.db, {
      token,
      action,
      asset,
      project,
      actor: user,
      inputs: {},
      origin: 'start',
      originRunId: null,
      keptNodes: [],
      depth: 0,
      idempotency: null,
      dispatched: false,
      now: NOW,
    });
    expect(creation.kind).toBe('created');
    const run = await readDagRunOfJob(store.db, token);
    expect(run).toMatchObject({
      status: 'running',
      version: 1,
      action: { id: action.id, name: action.name },
      messages: [{ message: 'Set in queue...', node: null }],
      nodes: [{ id: 'a', state: 'pending', kept: false }],
    });
    expect((await listDagRuns(store.db, asset.id, { limit: 10 })).map(({ token: of }) => of)).toEqual([token]);
  });
});
