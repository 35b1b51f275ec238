import { newUuid } from '../../src/store/ids';
import { createChildJob, type ChildCreation, type ChildOrder } from '../../src/store/job-children';
import { endJob } from '../../src/store/job-progress';
import { readJob } from '../../src/store/jobs';
import { workThrough } from '../support/bulk-move';
import { runChild } from '../support/bulk-move-children';
import { useBulkMoveLibrary } from '../support/bulk-move-library';
import { createUser, grantAccess } from '../support/fixtures';

const { db, store, user, project, folder, assets, prepare, move } = useBulkMoveLibrary();

const CANCELLED = { state: 'cancelled', outcome: 'cancelled', error: null } as const;

/** An ended job with three moved items and one that failed. */
async function parent(): Promise<{ readonly id: string; readonly token: string }> {
  const outer = await folder();
  const target = await folder(outer.id);
  const { jobId } = await move([outer.id, ...(await assets(3))], target.id);
  const { uuid } = await db().selectFrom('jobs').select('uuid').where('id', '=', jobId).executeTakeFirstOrThrow();
  return { id: jobId, token: uuid };
}

const ask = (parentId: string, order: Partial<ChildOrder> = {}): Promise<ChildCreation> =>
  createChildJob(db(), {
    relation: 'undo',
    parentId,
    token: newUuid(),
    caller: user(),
    idempotencyKey: null,
    dispatched: false,
    now: new Date(),
    ...order,
  });

async function created(creation: Promise<ChildCreation>): Promise<string> {
  const made = await creation;
  if (made.kind !== 'created') throw new Error(`not created: ${JSON.stringify(made)}`);
  return made.job.token;
}

async function end(token: string): Promise<void> {
  const { id } = await db().selectFrom('jobs').select('id').where('uuid', '=', token).executeTakeFirstOrThrow();
  await endJob(db(), id, CANCELLED, new Date());
}

it.each(['retry', 'undo'] as const)('a %s is a queued job of its own, linked both ways', async (relation) => {
  const { id, token } = await parent();
  const creation = await ask(id, { relation });
  if (creation.kind !== 'created') throw new Error(creation.kind);
  const { job } = creation;
  expect(job).toEqual({
    token: job.token,
    kind: 'bulk_move_assets',
    projectUuid: project().uuid,
    ownerUuid: user().uuid,
    input: { project: project().uuid, requested_by: user().uuid, [`${relation}_of`]: token },
  });
  const made = await readJob(db(), job.token);
  expect(made).toMatchObject({ state: 'queued', createdBy: user().email, waitingReason: 'waiting for Temporal' });
  expect([made?.retryOf, made?.undoOf]).toEqual(relation === 'retry' ? [token, null] : [null, token]);
  expect((await readJob(db(), token))?.children).toEqual([{ relation, token: job.token }]);
});

describe('while such a job is under way', () => {
  it('eight calls at once make one job', async () => {
    const { id } = await parent();
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(id)));
    const made = answers.filter((answer) => answer.kind === 'created').map((answer) => answer.job.token);
    expect(made).toHaveLength(1);
    const others = answers.filter((answer) => answer.kind !== 'created');
    expect(others).toEqual(Array(7).fill({ kind: 'existing', token: made[0] }));
    expect((await db().selectFrom('jobs').select('id').where('undo_of', '=', id).execute()).length).toBe(1);
  });

  it('the other relation makes a job of its own, and so does another parent', async () => {
    const { id } = await parent();
    const tokens = [await created(ask(id)), await created(ask(id, { relation: 'retry' })), await created(ask((await parent()).id))]; // prettier-ignore
    expect(new Set(tokens).size).toBe(3);
  });

  it('a manager of the project is answered the job of somebody else', async () => {
    const { id } = await parent();
    const manager = await createUser(db());
    await grantAccess(db(), project().id, manager.ownTeamId, { canWrite: true, canManage: true });
    const token = await created(ask(id));
    expect(await ask(id, { caller: manager })).toEqual({ kind: 'existing', token });
  });

  it('once it has ended, the next call makes a new one', async () => {
    const { id } = await parent();
    const first = await created(ask(id));
    await end(first);
    expect(await created(ask(id))).not.toBe(first);
  });
});

describe('an Idempotency-Key', () => {
  it('answers the same child, also when that has ended', async () => {
    const { id } = await parent();
    const token = await created(ask(id, { idempotencyKey: 'k1' }));
    expect(await ask(id, { idempotencyKey: 'k1' })).toEqual({ kind: 'existing', token });
    await end(token);
    expect(await ask(id, { idempotencyKey: 'k1' })).toEqual({ kind: 'existing', token });
    expect(await created(ask(id, { idempotencyKey: 'k2' }))).not.toBe(token);
  });

  it('used for another relation or another parent is a conflict', async () => {
    const { id } = await parent();
    await created(ask(id, { idempotencyKey: 'k3' }));
    expect(await ask(id, { idempotencyKey: 'k3', relation: 'retry' })).toEqual({ kind: 'conflict' });
    expect(await ask((await parent()).id, { idempotencyKey: 'k3' })).toEqual({ kind: 'conflict' });
  });

  it('that found a child under way goes on naming it when that has ended', async () => {
    const { id } = await parent();
    const token = await created(ask(id));
    expect(await ask(id, { idempotencyKey: 'k4' })).toEqual({ kind: 'existing', token });
    await end(token);
    expect(await ask(id, { idempotencyKey: 'k4' })).toEqual({ kind: 'existing', token });
  });
});

describe('is refused, and makes no job', () => {
  const refusal = async (parentId: string, order: Partial<ChildOrder> = {}) => {
    const answer = await ask(parentId, order);
    const { n } = await db()
      .selectFrom('jobs')
      .select((of) => of.fn.countAll<string>().as('n'))
      .where((where) => where.or({ undo_of: parentId, retry_of: parentId }))
      .executeTakeFirstOrThrow();
    return answer.kind === 'refused' ? [answer.refusal, answer.state, n] : [answer.kind];
  };

  it('of a job that has not ended', async () => {
    const to = await folder();
    const job = await prepare(await assets(1), to.id);
    await workThrough(store().pool, job);
    expect(await refusal(job.jobId)).toEqual(['not_ended', 'running', '0']);
    expect(await refusal(job.jobId, { relation: 'retry' })).toEqual(['not_ended', 'running', '0']);
  });

  it('a retry when nothing failed, an undo when nothing was moved', async () => {
    const to = await folder();
    const moved = await move(await assets(1), to.id);
    expect(await refusal(moved.jobId, { relation: 'retry' })).toEqual(['nothing_failed', 'done', '0']);
    const idle = await move(await assets(1, to.id), to.id);
    expect(await refusal(idle.jobId)).toEqual(['nothing_moved', 'done', '0']);
  });

  it('by a caller who may no longer write, whatever key was given before', async () => {
    const { id } = await parent();
    await end(await created(ask(id, { idempotencyKey: 'k5' })));
    await grantAccess(db(), project().id, user().ownTeamId, { canWrite: false });
    const answer = await ask(id, { idempotencyKey: 'k5' });
    expect(answer).toMatchObject({ kind: 'refused', refusal: 'no_write' });
  });
});

it('the child of a child is a job like any other', async () => {
  const { id, token } = await parent();
  const undone = await runChild(store(), { relation: 'undo', parentId: id, caller: user() });
  const redone = await runChild(store(), { relation: 'undo', parentId: undone.jobId, caller: user() });
  expect(await readJob(db(), redone.token)).toMatchObject({ undoOf: undone.token, counts: { total: 3, succeeded: 3 } });
  expect((await readJob(db(), token))?.children).toEqual([{ relation: 'undo', token: undone.token }]);
});
