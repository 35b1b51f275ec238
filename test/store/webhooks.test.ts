import { sql } from 'kysely';
import { claimDelivery, releaseDelivery, settleLostDeliveries } from '../../src/store/webhook-claims';
import { changeWebhook } from '../../src/store/webhook-change';
import { collectWebhookEvents } from '../../src/store/webhook-collecting';
import { findOverdueWebhooks, readWaitingDeliveries, readWebhookStatistics } from '../../src/store/webhook-due';
import {
  deleteOldDeliveries,
  findDelivery,
  listDeliveries,
  queueTestEvent,
  redeliver,
} from '../../src/store/webhook-log';
import { markDelivered, markFailed } from '../../src/store/webhook-outcomes';
import { deleteWebhook, findWebhook } from '../../src/store/webhooks';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createProject, createUser } from '../support/fixtures';
import { createTestWebhook, tellJob, testSeals, type TestWebhook } from '../support/webhooks';

const HOUR_MS = 3_600_000;
const NOTE = { status: 200, durationMs: 5 };
const FAILED = { status: 503, durationMs: 5 };

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const db = () => database.store.db;
const make = (over: Parameters<typeof createTestWebhook>[2] = {}) => createTestWebhook(db(), 'https://a.example.com/', { events: ['job.done'], ...over }); // prettier-ignore
const deliveriesOf = ({ webhook }: TestWebhook) => listDeliveries(db(), webhook.id, { state: null, before: null, limit: 1_000 }); // prettier-ignore
const standing = async ({ webhook }: TestWebhook) => findWebhook(db(), null, { by: 'id', id: webhook.id }, testSeals);
const claim = ({ webhook }: TestWebhook, at = new Date()) => claimDelivery(db(), webhook.uuid, at);

async function claimed(of: TestWebhook, at = new Date()) {
  const found = await claim(of, at);
  if (found === null) throw new Error('nothing was due');
  return found;
}

async function collectAll(span?: number): Promise<void> {
  while ((await collectWebhookEvents(db(), span)).more);
}

describe('collecting', () => {
  it('many at once lose nothing and tell nothing twice, while the log grows', async () => {
    const project = await createProject(db());
    const hooks = [await make({ project }), await make({ project }), await make({ project, events: ['job.failed'] })];
    const told: string[] = [];
    const telling = (async () => {
      for (let n = 0; n < 60; n += 1) {
        await tellJob(db(), project, 'running');
        const token = await tellJob(db(), project);
        // The log may tell of an end more than once.
        if (n % 3 === 0) await tellJob(db(), project, 'done', token);
        told.push(token);
      }
    })();
    let isOver = false;
    const collectors = Array.from({ length: 4 }, async () => {
      while (!isOver) await collectWebhookEvents(db(), 7);
    });
    await telling;
    isOver = true;
    await Promise.all(collectors);
    await collectAll(7);
    const [first, second, third] = await Promise.all(hooks.map(deliveriesOf));
    for (const deliveries of [first, second]) {
      const jobs = deliveries?.map(({ payload }) => (JSON.parse(payload) as { data: { job: string } }).data.job) ?? [];
      expect(jobs).toHaveLength(told.length);
      expect(new Set(jobs)).toEqual(new Set(told));
    }
    expect(third).toEqual([]);
    expect((await readWebhookStatistics(db())).behind).toBe(0);
  });

  it('tells a webhook nothing of what was before it, of other projects, or of what is rolled back', async () => {
    const project = await createProject(db());
    await tellJob(db(), project);
    const hook = await make({ project });
    await tellJob(db(), await createProject(db()));
    await db().transaction().execute(async (tx) => {
      await tellJob(tx, project);
      throw new Error('rolled back');
    }).catch(() => undefined); // prettier-ignore
    await collectAll();
    expect(await deliveriesOf(hook)).toEqual([]);
  });

  it('says so when events were removed before they were looked at', async () => {
    const hook = await make();
    await tellJob(db(), hook.project);
    await tellJob(db(), hook.project);
    await sql`update sync_cursors set oldest = 1 where project_id = ${hook.project.id}`.execute(db());
    await sql`delete from sync_events where project_id = ${hook.project.id} and cursor = 1`.execute(db());
    expect(await collectWebhookEvents(db())).toMatchObject({ missed: 1, deliveries: 1 });
    expect((await standing(hook))?.missedAt).toBeInstanceOf(Date);
  });
});

describe('claiming', () => {
  it('each delivery is taken by one of many, with its attempt noted before it is made', async () => {
    const hook = await make();
    for (let n = 0; n < 20; n += 1) await tellJob(db(), hook.project);
    await collectAll();
    const taken = await Promise.all(Array.from({ length: 30 }, () => claim(hook)));
    const ids = taken.flatMap((one) => (one === null ? [] : [one.uuid]));
    expect(new Set(ids).size).toBe(ids.length);
    const left = [];
    for (let one = await claim(hook); one !== null; one = await claim(hook)) left.push(one.uuid);
    expect(new Set([...ids, ...left]).size).toBe(20);
    for (const { state, attempts, log } of await deliveriesOf(hook)) {
      expect([state, attempts, log.length, log[0]?.durationMs]).toEqual(['sending', 1, 1, null]);
    }
  });

  it('what a lost worker had claimed is sent again under its id, and the log says so; what others have is left alone', async () => {
    const hook = await make();
    await queueTestEvent(db(), hook.webhook, new Date());
    const first = await claimed(hook);
    expect(await settleLostDeliveries(db(), hook.webhook.uuid)).toBe(0);
    await sql`update webhook_deliveries set claimed_at = claimed_at - interval '31 seconds'`.execute(db());
    expect(await settleLostDeliveries(db(), hook.webhook.uuid)).toBe(1);
    const second = await claimed(hook);
    expect([second.uuid, second.attempt, second.tries]).toEqual([first.uuid, 2, 1]);
    await markDelivered(db(), second, NOTE, new Date());
    const [delivery] = await deliveriesOf(hook);
    expect(delivery?.log.map(({ no, status, fault }) => [no, status, fault])).toEqual([[1, null, 'worker_lost'], [2, 200, null]]); // prettier-ignore
  });

  it('a worker that goes down puts its delivery back as if it had not been tried', async () => {
    const hook = await make();
    await queueTestEvent(db(), hook.webhook, new Date());
    await releaseDelivery(db(), await claimed(hook), 12);
    expect((await claimed(hook)).tries).toBe(1);
    expect((await deliveriesOf(hook))[0]?.log[0]).toMatchObject({ fault: 'worker_stopped', durationMs: 12 });
  });

  it('an endpoint that rests is asked for nothing, and one that is back gets at once what waits', async () => {
    const hook = await make();
    const at = new Date();
    for (let n = 0; n < 3; n += 1) await queueTestEvent(db(), hook.webhook, at);
    const again = { kind: 'again', fault: 'bad_status', atMs: at.getTime() + HOUR_MS, restMs: 60_000 } as const;
    const later = new Date(at.getTime() + 1_000);
    await markFailed(db(), await claimed(hook, later), FAILED, again, at);
    expect(await claim(hook, later)).toBeNull();
    const { waiting, nextInMs } = await readWaitingDeliveries(db(), hook.webhook.uuid, at);
    expect(waiting).toBe(3);
    expect(nextInMs).toBeGreaterThan(59_000);
    expect(nextInMs).toBeLessThanOrEqual(60_001);
    const rested = new Date(at.getTime() + 61_000);
    await markDelivered(db(), await claimed(hook, rested), NOTE, rested);
    expect(await standing(hook)).toMatchObject({ failuresInRow: 0, restingUntil: null });
    // The one that was to wait for an hour, too.
    expect(await claim(hook, rested)).not.toBeNull();
    expect(await claim(hook, rested)).not.toBeNull();
  });

  it('with a new secret the one before signs too, for a day', async () => {
    const hook = await make();
    const at = new Date();
    for (let n = 0; n < 3; n += 1) await queueTestEvent(db(), hook.webhook, at);
    const secret = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
    await changeWebhook(db(), hook.webhook, { secret }, testSeals, at);
    const open = (sealed: Buffer | null) => (sealed === null ? null : testSeals.secret.open(sealed, hook.webhook.uuid));
    const during = await claimed(hook, new Date(at.getTime() + 23 * HOUR_MS));
    expect([open(during.secretSealed), open(during.previousSecretSealed)]).toEqual([secret, hook.secret]);
    const after = await claimed(hook, new Date(at.getTime() + 25 * HOUR_MS));
    expect([open(after.secretSealed), after.previousSecretSealed]).toEqual([secret, null]);
  });
});

describe('ending', () => {
  it('410 disables, gives up what waits, and tells the owner once; what another one sends then is settled too', async () => {
    const hook = await make();
    const at = new Date();
    for (let n = 0; n < 3; n += 1) await queueTestEvent(db(), hook.webhook, at);
    const later = new Date(at.getTime() + 1_000);
    const [one, other] = [await claimed(hook, later), await claimed(hook, later)];
    await markFailed(db(), one, { status: 410, durationMs: 1 }, { kind: 'gone', fault: 'gone' }, later);
    await markFailed(db(), other, FAILED, { kind: 'again', fault: 'bad_status', atMs: later.getTime() + 1, restMs: 1 }, later); // prettier-ignore
    expect((await deliveriesOf(hook)).map(({ state, lastFault }) => [state, lastFault]).sort()).toEqual([
      ['failed', 'bad_status'],
      ['failed', 'gone'],
      ['failed', 'webhook_disabled'],
    ]);
    expect(await claim(hook, later)).toBeNull();
    expect(await db().selectFrom('mails').select('template').execute()).toEqual([{ template: 'webhook_disabled' }]);
    expect(await queueTestEvent(db(), hook.webhook, at)).toBeNull();
  });

  it('one event that fails for three days disables no webhook at which others arrive', async () => {
    const hook = await make();
    const at = new Date();
    for (let n = 0; n < 2; n += 1) await queueTestEvent(db(), hook.webhook, at);
    const later = new Date(at.getTime() + 1_000);
    const bad = await claimed(hook, later);
    await markDelivered(db(), await claimed(hook, later), NOTE, new Date(later.getTime() + 1));
    await markFailed(db(), bad, { status: 400, durationMs: 1 }, { kind: 'given_up', fault: 'bad_status', restMs: null }, later); // prettier-ignore
    expect(await standing(hook)).toMatchObject({ disabledAt: null });
  });

  it('a redelivery keeps the id, and begins three days anew; what is being sent is left alone', async () => {
    const hook = await make();
    await queueTestEvent(db(), hook.webhook, new Date());
    const one = await claimed(hook);
    expect(await redeliver(db(), hook.webhook.id, one.id)).toBe('under_way');
    await markFailed(db(), one, { status: 400, durationMs: 1 }, { kind: 'given_up', fault: 'bad_status', restMs: null }, new Date()); // prettier-ignore
    await changeWebhook(db(), hook.webhook, { disabled: false }, testSeals, new Date());
    expect(await redeliver(db(), hook.webhook.id, one.id)).toBe('due');
    const again = await claimed(hook, new Date(Date.now() + 1_000));
    expect([again.uuid, again.attempt, again.tries]).toEqual([one.uuid, 2, 1]);
    expect(again.triedSince.getTime()).toBeGreaterThan(one.triedSince.getTime());
    expect(await redeliver(db(), hook.webhook.id, '999999')).toBe('gone');
    const foreign = await make();
    expect(await redeliver(db(), foreign.webhook.id, one.id)).toBe('gone');
    expect(await findDelivery(db(), foreign.webhook.id, { by: 'uuid', uuid: one.uuid })).toBeNull();
  });

  it('a webhook that is removed while it sends is no fault', async () => {
    const hook = await make();
    await queueTestEvent(db(), hook.webhook, new Date());
    const one = await claimed(hook);
    await deleteWebhook(db(), hook.webhook.id);
    await markDelivered(db(), one, NOTE, new Date());
    await markFailed(db(), one, FAILED, { kind: 'gone', fault: 'gone' }, new Date());
    await releaseDelivery(db(), one, 1);
    expect(await db().selectFrom('webhook_attempts').selectAll().execute()).toEqual([]);
  });

  it('the watch finds what is overdue, and removes what is old, with its attempts', async () => {
    const [hook, quiet] = [await make(), await make({ owner: await createUser(db()) })];
    await queueTestEvent(db(), hook.webhook, new Date());
    await queueTestEvent(db(), quiet.webhook, new Date());
    expect(await findOverdueWebhooks(db(), 10)).toEqual([]);
    await sql`update webhook_deliveries set next_attempt_at = now() - interval '2 minutes' where webhook_id = ${hook.webhook.id}`.execute(db()); // prettier-ignore
    expect(await findOverdueWebhooks(db(), 10)).toEqual([{ webhook: hook.webhook.uuid, project: hook.project.uuid }]);
    expect(await readWebhookStatistics(db())).toMatchObject({ waiting: 2, overdue: 1 });
    const one = await claimed(hook);
    const ended = new Date(Date.now() - 31 * 24 * HOUR_MS);
    await markDelivered(db(), one, NOTE, ended);
    expect(await deleteOldDeliveries(db(), new Date(Date.now() - 30 * 24 * HOUR_MS), 10)).toBe(1);
    expect(await db().selectFrom('webhook_attempts').selectAll().execute()).toEqual([]);
    expect(await deliveriesOf(quiet)).toHaveLength(1);
  });
});
