import { pino } from 'pino';
import {
  createDispatcher,
  deliverNudges,
  dispatchDueJobs,
  settleSilentJobs,
  type WorkflowStanding,
  type WorkflowStarter,
} from '../../src/dispatch';
import { newUuid } from '../../src/store/ids';
import { createJob } from '../../src/store/job-creation';
import { markDispatched, type DispatchableJob } from '../../src/store/job-dispatch';
import { cancelJob, pauseJob } from '../../src/store/job-control';
import type { JobNudge } from '../../src/store/job-nudges';
import { readJob } from '../../src/store/jobs';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createProject, createUser, type TestThing, type TestUser } from '../support/fixtures';

let database: TestDatabase;
let user: TestUser;
let project: TestThing;

beforeEach(async () => {
  database = await createTestDatabase();
  user = await createUser(database.store.db);
  project = await createProject(database.store.db);
});
afterEach(async () => {
  await database.drop();
});

/** A Temporal that can go away and come back. */
function fakeTemporal() {
  const state = {
    away: false,
    attempts: 0,
    started: new Set<string>(),
    woken: [] as Pick<JobNudge, 'token' | 'state'>[],
  };
  const starter: WorkflowStarter = {
    start: async ({ token }) => {
      state.attempts += 1;
      if (state.away) throw new Error('connection refused');
      state.started.add(token);
    },
    wake: async (nudge) => {
      if (state.away) throw new Error('connection refused');
      state.woken.push(nudge);
    },
  };
  return { state, starter };
}

async function queueJob(): Promise<DispatchableJob> {
  const token = newUuid();
  const now = new Date();
  await createJob(database.store.db, { token, kind: 'bulk_move_assets', project, createdBy: user.id, input: {}, selection: { parentId: null, assetIds: [], rules: [] }, idempotency: null, dispatched: false, now }); // prettier-ignore
  return { token, kind: 'bulk_move_assets', projectUuid: project.uuid, ownerUuid: user.uuid, input: {} };
}

const log = pino({ level: 'silent' });
const later = () => new Date(Date.now() + 60_000);

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}

it('starts a new job at once, and notes that it waits for a worker', async () => {
  const { state, starter } = fakeTemporal();
  const dispatcher = createDispatcher({ db: database.store.db, starter, log, now: () => new Date() });
  const job = await queueJob();
  dispatcher.dispatch(job);
  await until(async () => (await readJob(database.store.db, job.token))?.waitingReason === 'waiting for a worker');
  await dispatcher.stop();
  expect(state.attempts).toBe(1);
});

it('keeps jobs while Temporal is away, and starts every one of them when it is back', async () => {
  const { state, starter } = fakeTemporal();
  state.away = true;
  const dispatcher = createDispatcher({ db: database.store.db, starter, log, now: () => new Date() });
  const jobs: DispatchableJob[] = [];
  for (let n = 0; n < 60; n += 1) {
    const job = await queueJob();
    jobs.push(job);
    dispatcher.dispatch(job);
  }
  await until(() => state.attempts >= 2);
  const [first] = jobs;
  expect((await readJob(database.store.db, first?.token ?? ''))?.waitingReason).toBe('waiting for Temporal');
  state.away = false;
  await until(() => state.started.size === 60);
  await dispatcher.stop();
}, 60_000);

it('asks with one job whether Temporal is there, not with a whole batch', async () => {
  const { state, starter } = fakeTemporal();
  state.away = true;
  for (let n = 0; n < 10; n += 1) await queueJob();
  expect(await dispatchDueJobs({ db: database.store.db, starter, log, now: later })).toEqual({ started: 0 });
  expect(state.attempts).toBe(1);
});

it('finds the jobs that a killed façade left behind', async () => {
  const { state, starter } = fakeTemporal();
  const job = await queueJob();
  expect(await dispatchDueJobs({ db: database.store.db, starter, log, now: later })).toEqual({ started: 1 });
  expect(state.started).toEqual(new Set([job.token]));
  expect(await dispatchDueJobs({ db: database.store.db, starter, log, now: later })).toEqual({ started: 0 });
});

it('starts nothing after it was stopped', async () => {
  const { state, starter } = fakeTemporal();
  const dispatcher = createDispatcher({ db: database.store.db, starter, log, now: () => new Date() });
  await dispatcher.stop();
  dispatcher.dispatch(await queueJob());
  expect(state.attempts).toBe(0);
});

describe('settling silent jobs', () => {
  async function startedJob(): Promise<string> {
    const { token } = await queueJob();
    await markDispatched(database.store.db, token, new Date());
    return token;
  }
  const settle = (standing: WorkflowStanding, now = () => new Date(Date.now() + 180_000)) => {
    const keeper = { ...fakeTemporal().starter, standingOf: () => Promise.resolve(standing) };
    return settleSilentJobs({ db: database.store.db, keeper, log, now });
  };

  it('calls a job failed whose workflow was ended from outside', async () => {
    const token = await startedJob();
    expect(await settle({ ended: 'TERMINATED' })).toEqual({ failed: 1, cancelled: 0, requeued: 0 });
    expect(await readJob(database.store.db, token)).toMatchObject({
      state: 'failed',
      outcome: 'failed',
      error: { code: 'WorkflowEnded', message: 'its workflow has ended as TERMINATED' },
    });
  });

  it('calls a job cancelled whose workflow was cancelled before it could say so', async () => {
    const token = await startedJob();
    expect(await settle({ ended: 'CANCELLED' })).toEqual({ failed: 0, cancelled: 1, requeued: 0 });
    expect(await readJob(database.store.db, token)).toMatchObject({ state: 'cancelled', outcome: 'cancelled', error: null }); // prettier-ignore
  });

  it('leaves a job alone that people have paused', async () => {
    const token = await startedJob();
    const { id } = (await readJob(database.store.db, token)) ?? { id: '' };
    await pauseJob(database.store.db, id, null, new Date());
    expect(await settle({ ended: 'TERMINATED' })).toEqual({ failed: 0, cancelled: 0, requeued: 0 });
  });

  it('starts a job again that Temporal has lost', async () => {
    const token = await startedJob();
    expect(await settle('missing')).toEqual({ failed: 0, cancelled: 0, requeued: 1 });
    const { state, starter } = fakeTemporal();
    await dispatchDueJobs({ db: database.store.db, starter, log, now: () => new Date(Date.now() + 240_000) });
    expect(state.started).toEqual(new Set([token]));
  });

  it('leaves a job alone that waits for a worker, and one that was heard of lately', async () => {
    await startedJob();
    expect(await settle('running')).toEqual({ failed: 0, cancelled: 0, requeued: 0 });
    expect(await settle({ ended: 'TERMINATED' }, () => new Date())).toEqual({ failed: 0, cancelled: 0, requeued: 0 });
  });
});

describe('a job that was steered', () => {
  async function pausedJob() {
    const { token } = await queueJob();
    await markDispatched(database.store.db, token, new Date());
    const { id } = (await readJob(database.store.db, token)) ?? { id: '' };
    await pauseJob(database.store.db, id, null, new Date());
    return { id, token };
  }

  it('has its workflow woken at once, and once', async () => {
    const { state, starter } = fakeTemporal();
    const dispatcher = createDispatcher({ db: database.store.db, starter, log, now: () => new Date() });
    const { token } = await pausedJob();
    dispatcher.nudge(token);
    await until(() => state.woken.length > 0);
    await dispatcher.stop();
    expect(state.woken).toEqual([expect.objectContaining({ token, state: 'paused' })]);
    expect(await deliverNudges({ db: database.store.db, starter, log, now: later })).toEqual({ nudged: 0 });
  });

  it('has it woken later when Temporal is away, with the state of then', async () => {
    const { state, starter } = fakeTemporal();
    state.away = true;
    const { id, token } = await pausedJob();
    expect(await deliverNudges({ db: database.store.db, starter, log, now: later })).toEqual({ nudged: 0 });
    await cancelJob(database.store.db, id, null, new Date());
    state.away = false;
    const dispatcher = createDispatcher({ db: database.store.db, starter, log, now: later });
    await until(() => state.woken.length > 0);
    await dispatcher.stop();
    expect(state.woken).toEqual([expect.objectContaining({ token, state: 'cancelled' })]);
  });

  it('has no workflow to be woken while none is started', async () => {
    const { state, starter } = fakeTemporal();
    const { token } = await queueJob();
    const { id } = (await readJob(database.store.db, token)) ?? { id: '' };
    await pauseJob(database.store.db, id, null, new Date());
    expect(await deliverNudges({ db: database.store.db, starter, log, now: later })).toEqual({ nudged: 0 });
    expect(state.woken).toEqual([]);
  });
});
