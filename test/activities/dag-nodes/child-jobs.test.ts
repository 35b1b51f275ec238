import { sql } from 'kysely';
import { findRunOf } from '../../../src/store/dag-child-jobs';
import { findRunnableJob } from '../../../src/store/job-progress';
import { readJob } from '../../../src/store/jobs';
import { handlerOf, tokenOf, useChildJobs } from '../../support/dag-child-jobs';
import { begin, contextOf, createTestRun } from '../../support/dag-nodes';
import { createAssets, createProject, createUser, grantAccess } from '../../support/fixtures';

const jobs = useChildJobs();

describe('move', () => {
  it('waits for a bulk move of the one asset and tells whether it moved', async () => {
    const folder = await jobs.folderIn(jobs.library.project);
    const begun = await jobs.start('move', { to: folder.uuid });
    expect(begun.result).toMatchObject({ kind: 'waiting', started: { token: begun.token, kind: 'bulk_move_assets' } });
    await jobs.mark(begun);
    expect(await jobs.isDue(begun.run.runId)).toBe(false);
    expect(await jobs.resume('move', begun)).toMatchObject({ kind: 'waiting', waiting: { job: begun.token } });
    await jobs.moveAll(begun.token);
    expect(await jobs.isDue(begun.run.runId)).toBe(true);
    expect(await jobs.nudgedAt(begun.run.jobId)).not.toBeNull();
    expect(await jobs.resume('move', begun)).toEqual({ kind: 'done', output: { moved: true, job: begun.token } });
    expect(await readJob(jobs.store.db, begun.run.token)).toMatchObject({
      children: [{ relation: 'child', token: begun.token }],
    });
  });

  it('counts as done when the asset lies there already', async () => {
    const begun = await jobs.start('move', { to: jobs.library.project.uuid });
    await jobs.moveAll(begun.token);
    expect(await jobs.resume('move', begun)).toEqual({ kind: 'done', output: { moved: false, job: begun.token } });
  });

  it('fails with the code of the item when it could not be moved', async () => {
    const folder = await jobs.folderIn(jobs.library.project);
    const begun = await jobs.start('move', { to: folder.uuid });
    await grantAccess(jobs.store.db, jobs.library.project.id, jobs.library.user.ownTeamId, { canWrite: false });
    await jobs.moveAll(begun.token);
    expect(await jobs.resume('move', begun)).toMatchObject({
      kind: 'failed',
      code: 'not_moved',
      output: { code: 'forbidden' },
    });
  });

  it.each([
    [
      'to a folder of another project',
      'bad_target',
      async () => ({ to: (await jobs.folderIn(await createProject(jobs.store.db))).uuid }),
    ],
    ['to what is no name', 'bad_target', () => Promise.resolve({ to: 'no such name at all' })],
    [
      'an asset that is not there',
      'asset_not_found',
      () => Promise.resolve({ to: jobs.library.project.uuid, asset: '999999' }),
    ],
  ])('does not begin %s', async (_what, code, given) => {
    expect((await jobs.start('move', await given())).result).toMatchObject({ kind: 'failed', code, retryable: false });
  });

  it('does not begin without the right to write', async () => {
    await grantAccess(jobs.store.db, jobs.library.project.id, jobs.library.user.ownTeamId, { canWrite: false });
    expect((await jobs.start('move', { to: jobs.library.project.uuid })).result).toMatchObject({
      kind: 'failed',
      code: 'forbidden',
    });
  });
});

describe('the job of a node', () => {
  it('is one, however often its attempt begins, also at once; another attempt makes another', async () => {
    const folder = await jobs.folderIn(jobs.library.project);
    const first = await jobs.start('move', { to: folder.uuid });
    const again = () => begin(jobs.store.db, handlerOf('move'), first.context);
    const results = await Promise.all([again(), again(), again()]);
    expect(new Set(results.map((each) => tokenOf(each)))).toEqual(new Set([first.token]));
    expect(results.some((each) => each.kind === 'waiting' && each.started !== undefined)).toBe(false);
    const second = await begin(jobs.store.db, handlerOf('move'), { ...first.context, attempt: 2 });
    expect(second).toMatchObject({ kind: 'waiting' });
    const { count } = await jobs.store.db.selectFrom('dag_child_jobs').select((of) => of.fn.countAll().as('count')).where('run_id', '=', first.run.runId).executeTakeFirstOrThrow(); // prettier-ignore
    expect(Number(count)).toBe(2);
  });

  it('does not stay when the transaction of its node fails', async () => {
    const run = await createTestRun(jobs.store.db, jobs.library, 'move');
    const context = contextOf(jobs.library, run, 'move', { to: jobs.library.project.uuid });
    const killed = jobs.store.db.transaction().execute(async (tx) => {
      await handlerOf('move').begin(tx, context);
      throw new Error('killed');
    });
    await expect(killed).rejects.toThrow('killed');
    expect(await begin(jobs.store.db, handlerOf('move'), context)).toMatchObject({ kind: 'waiting', started: {} });
  });

  it.each([
    [{ state: 'cancelled', outcome: 'cancelled', error: null }, 'job_cancelled', false],
    [{ state: 'failed', outcome: 'failed' }, 'job_failed', true],
    [{ state: 'rejected', outcome: 'rejected' }, 'job_failed', false],
  ] as const)('that ends as %j fails its node with %s', async (how, code, retryable) => {
    const begun = await jobs.start('move', { to: jobs.library.project.uuid });
    await jobs.end(begun.token, how);
    expect(await jobs.resume('move', begun)).toMatchObject({ kind: 'failed', code, retryable });
  });

  it('is cancelled with its node on behalf of the user of the run', async () => {
    const begun = await jobs.start('move', { to: jobs.library.project.uuid });
    const { result } = begun;
    if (result.kind !== 'waiting') throw new Error('it does not wait');
    await jobs.store.db.transaction().execute((tx) => handlerOf('move').abandon?.(tx, begun.context, result.waiting) ?? Promise.resolve()); // prettier-ignore
    const row = await jobs.store.db.selectFrom('jobs').select(['control', 'control_by']).where('uuid', '=', begun.token).executeTakeFirstOrThrow(); // prettier-ignore
    expect(row).toEqual({ control: 'cancel', control_by: jobs.library.user.id });
  });

  it('of a node wakes its run at once, that of an item of a loop by the nudge alone', async () => {
    const alone = await jobs.start('move', { to: jobs.library.project.uuid });
    const item = await jobs.start('move', { to: jobs.library.project.uuid }, { itemNo: 3 });
    const idOf = async (token: string) => (await findRunnableJob(jobs.store.db, token))?.id ?? '';
    expect(await findRunOf(jobs.store.db, await idOf(alone.token))).toMatchObject({ token: alone.run.token });
    expect(await findRunOf(jobs.store.db, await idOf(item.token))).toBeNull();
    await jobs.end(item.token);
    expect(await jobs.nudgedAt(item.run.jobId)).not.toBeNull();
  });
});

describe('bulk_move', () => {
  it('gives its counts, and fails with them when items have failed', async () => {
    const folder = await jobs.folderIn(jobs.library.project);
    const good = await jobs.start('bulk_move', { selection: [jobs.library.asset.uuid], to: folder.uuid });
    await jobs.moveAll(good.token);
    const counts = { job: good.token, total: 1, succeeded: 1, skipped: 0, failed: 0, outcome: 'succeeded' };
    expect(await jobs.resume('bulk_move', good)).toEqual({ kind: 'done', output: counts });
    const bad = await jobs.start('bulk_move', {
      selection: [{ children: folder.uuid }],
      to: jobs.library.project.uuid,
    });
    await grantAccess(jobs.store.db, jobs.library.project.id, jobs.library.user.ownTeamId, { canWrite: false });
    await jobs.moveAll(bad.token);
    expect(await jobs.resume('bulk_move', bad)).toMatchObject({
      kind: 'failed',
      code: 'job_with_failures',
      output: { total: 1, failed: 1 },
    });
  });

  it.each([
    [{ selection: ['nonsense'] }, 'bad_selection'],
    [{ selection: [{ children: '1', search: {} }] }, 'bad_selection'],
    [{ selection: [1], project: 'no project' }, 'project_not_found'],
  ])('does not begin with %j', async (given, code) => {
    const result = (await jobs.start('bulk_move', { to: jobs.library.project.uuid, ...given })).result;
    expect(result).toMatchObject({ kind: 'failed', code });
  });
});

describe('assign', () => {
  it('is done at once for a file, and for a small folder; to no project too', async () => {
    const other = await createProject(jobs.store.db);
    await grantAccess(jobs.store.db, other.id, jobs.library.user.ownTeamId, { canWrite: true });
    const folder = await jobs.folderIn(jobs.library.project);
    for (const asset of [jobs.library.asset.uuid, folder.uuid]) {
      const { result } = await jobs.start('assign', { asset, project: other.uuid });
      expect(result).toEqual({ kind: 'done', output: { project: other.uuid, job: null } });
    }
    expect((await jobs.start('assign', { project: null })).result).toEqual({
      kind: 'done',
      output: { project: null, job: null },
    });
  });

  it('of a big folder is a job', async () => {
    const other = await createProject(jobs.store.db);
    await grantAccess(jobs.store.db, other.id, jobs.library.user.ownTeamId, { canWrite: true });
    const folder = await jobs.folderIn(jobs.library.project);
    await createAssets(
      jobs.store.db,
      { projectId: jobs.library.project.id, ownerId: jobs.library.user.id, parentId: folder.id },
      1_100,
    );
    const begun = await jobs.start('assign', { asset: folder.uuid, project: other.uuid });
    expect(begun.result).toMatchObject({ kind: 'waiting', started: { kind: 'assign_assets' } });
    expect(await begin(jobs.store.db, handlerOf('assign'), begun.context)).toMatchObject({
      waiting: { job: begun.token },
    });
    await jobs.end(begun.token, { state: 'done', outcome: null, error: null });
    expect(await jobs.resume('assign', begun)).toEqual({
      kind: 'done',
      output: { project: other.uuid, job: begun.token },
    });
  });

  it('leaves the limits of what comes after it in the transaction alone', async () => {
    const run = await createTestRun(jobs.store.db, jobs.library, 'assign');
    const wait = await jobs.store.db.transaction().execute(async (tx) => {
      await handlerOf('assign').begin(tx, contextOf(jobs.library, run, 'assign', { project: null }));
      const { rows } = await sql<{ wait: string }>`select current_setting('lock_timeout') as wait`.execute(tx);
      return rows[0]?.wait;
    });
    expect(wait).toBe('0');
  });

  it('does not begin into a project that is foreign, or only to be read', async () => {
    const other = await createProject(jobs.store.db);
    expect((await jobs.start('assign', { project: other.uuid })).result).toMatchObject({ code: 'project_not_found' });
    await grantAccess(jobs.store.db, other.id, jobs.library.user.ownTeamId);
    expect((await jobs.start('assign', { project: other.uuid })).result).toMatchObject({ code: 'forbidden' });
  });
});

it('a user who has left can begin nothing', async () => {
  const gone = await createUser(jobs.store.db);
  const left = { ...jobs.library, user: gone };
  const run = await createTestRun(jobs.store.db, jobs.library, 'move');
  const context = contextOf(left, run, 'move', { to: jobs.library.project.uuid });
  expect(await begin(jobs.store.db, handlerOf('move'), context)).toMatchObject({
    kind: 'failed',
    code: 'asset_not_found',
  });
});
