import { sql } from 'kysely';
import { abandonLoop } from '../../../src/activities/dag-nodes/for-each';
import type { NodeHandlers } from '../../../src/activities/dag-nodes';
import type { NodeContext, NodeResult } from '../../../src/activities/dag-nodes/node-handler';
import type { JsonObject } from '../../../src/domain/dag-action';
import { readAsset } from '../../../src/store/assets';
import type { Store } from '../../../src/store/database';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createTestLoop } from '../../support/dag-loops';

let database: TestDatabase;
let store: Store;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ store } = database);
});
afterAll(() => database.drop());

const retry = { maxAttempts: 3, initialIntervalMs: 5, backoff: 1, maxIntervalMs: 60_000, totalMs: null };

/** A kind whose effect lies outside, done by `run`. */
const outside = (run: (context: NodeContext<unknown>, signal: AbortSignal) => Promise<NodeResult>): NodeHandlers => ({
  http_request: { place: 'outside', run },
});
/** A kind whose effect lies in the store, done by `begin`. */
const inStore = (handler: object): NodeHandlers => ({ update_asset: { place: 'store', ...handler } }) as NodeHandlers;
const done = (output: JsonObject = {}): NodeResult => ({ kind: 'done', output });
const failure = (retryable: boolean): NodeResult => ({ kind: 'failed', code: 'bad', message: 'no', retryable });
const url = { url: 'https://example.test/${{ item }}' };
const tag = { add_tags: ['${{ item }}'] };

async function messagesOf(runId: string): Promise<string[]> {
  const rows = await store.db.selectFrom('dag_run_messages').select('message').where('run_id', '=', runId).orderBy('id').execute(); // prettier-ignore
  return rows.map(({ message }) => message);
}

async function statesOf(runId: string): Promise<string[]> {
  const rows = await store.db.selectFrom('dag_run_items').select('state').where('run_id', '=', runId).orderBy('no').execute(); // prettier-ignore
  return rows.map(({ state }) => state);
}

async function stop(jobId: string, control: 'pause' | 'cancel'): Promise<void> {
  await sql`update jobs set control = ${control} where id = ${jobId}`.execute(store.db);
}

describe('the list', () => {
  it('is done at once when it is empty', async () => {
    const loop = await createTestLoop(store, { items: [], with: tag });
    expect(await loop.slice()).toEqual({
      kind: 'done',
      output: { total: 0, succeeded: 0, failed: 0, outputs: [] },
      message: 'there was nothing to do',
    });
  });

  it.each([
    ['no list', 'inputs.nothing', 'bad_expression'],
    ['a number', '1 + 1', 'bad_expression'],
  ])('is refused when it is %s', async (_what, items, code) => {
    const loop = await createTestLoop(store, { items, with: tag });
    expect(await loop.slice()).toMatchObject({ kind: 'failed', code, retryable: false });
  });

  it('has 10,000 items at most', async () => {
    const loop = await createTestLoop(store, { items: Array.from({ length: 10_001 }, (_, at) => at), with: tag });
    expect(await loop.slice()).toMatchObject({ kind: 'failed', code: 'too_many_items' });
    expect(await statesOf(loop.run.runId)).toEqual([]);
  });

  it('keeps what the store cannot hold as it can', async () => {
    const loop = await createTestLoop(store, {
      items: ['a\0b', '\ud800', null, { deep: ['x'] }],
      handlers: inStore({ begin: () => Promise.resolve(done()) }),
      with: tag,
    });
    expect(await loop.slice()).toMatchObject({ kind: 'failed' });
    const { rows } = await sql<{ value: unknown }>`
      select value from dag_run_items where run_id = ${loop.run.runId} order by no`.execute(store.db);
    expect(rows.map(({ value }) => value)).toEqual(['a\ufffdb', '\ufffd', null, { deep: ['x'] }]);
  });

  it('is refused for a kind that no loop does', async () => {
    const loop = await createTestLoop(store, { items: [1], uses: 'approval' });
    expect(await loop.slice()).toMatchObject({ kind: 'failed', code: 'bad_with' });
  });
});

describe('items whose effect lies in the store', () => {
  it('are done in their order with item and index in scope', async () => {
    const loop = await createTestLoop(store, { items: ['a', 'b'], with: { add_tags: ['${{ item }}-${{ index }}'] } });
    const result = await loop.toEnd();
    expect(result).toMatchObject({ kind: 'done', output: { total: 2, succeeded: 2, failed: 0 }, message: '2 items' });
    expect((await readAsset(store.db, loop.library.asset.id))?.tags).toEqual(['a-0', 'b-1']);
    expect(await messagesOf(loop.run.runId)).toEqual(['Set in queue...', 'Node step: 2 items']);
  });

  it('fail the loop by their failures, which are told, and the others are done all the same', async () => {
    const loop = await createTestLoop(store, { items: ['a', 7, 'c'], with: tag });
    const result = await loop.toEnd();
    expect(result).toMatchObject({
      kind: 'failed',
      code: 'items_failed',
      retryable: false,
      output: { total: 3, succeeded: 2, failed: 1, outputs: [{ tags: ['a'] }, null, { tags: ['a', 'c'] }] },
    });
    expect(await messagesOf(loop.run.runId)).toContainEqual(
      expect.stringMatching(/^Node step: item 1 failed: .*add_tags/),
    );
  });

  it('take back what one of them has written before it failed, and nothing of the others', async () => {
    const note = (text: string) => sql`insert into history (asset_id, kind, created_at) values (1, ${text}, now())`; // prettier-ignore
    const handlers = inStore({
      async begin(tx: Store['db'], context: NodeContext<{ add_tags: string[] }>) {
        const [name = ''] = context.with.add_tags;
        await note(`loop-${name}`).execute(tx);
        return name === 'b' ? failure(false) : done();
      },
    });
    const loop = await createTestLoop(store, { items: ['a', 'b', 'c'], with: tag, handlers });
    expect(await loop.toEnd()).toMatchObject({ kind: 'failed', output: { succeeded: 2, failed: 1 } });
    const { rows } = await sql<{ kind: string }>`select kind from history where kind like 'loop-%' order by id`.execute(
      store.db,
    );
    expect(rows.map(({ kind }) => kind)).toEqual(['loop-a', 'loop-c']);
  });

  it('are tried again as their node says', async () => {
    const attempts: number[] = [];
    const handlers = inStore({
      begin: (_tx: unknown, { attempt }: NodeContext) => {
        attempts.push(attempt);
        return Promise.resolve(attempt < 3 ? failure(true) : done());
      },
    });
    const loop = await createTestLoop(store, {
      items: [1],
      with: tag,
      uses: 'update_asset',
      handlers,
      node: { retry },
    });
    // add_tags wants texts.
    expect(await loop.toEnd()).toMatchObject({ kind: 'failed' });
    const again = await createTestLoop(store, { items: ['x'], with: tag, handlers, node: { retry } });
    expect(await again.toEnd()).toMatchObject({ kind: 'done' });
    expect(new Set(attempts)).toEqual(new Set([1, 2, 3]));
  });

  it('are each done once, whatever is killed in between', async () => {
    let lives = 3;
    const handlers = inStore({
      async begin(tx: Store['db'], { run, itemNo }: NodeContext) {
        await sql`insert into dag_run_messages (run_id, message) values (${run.runId}, ${`effect ${String(itemNo)}`})`.execute(
          tx,
        );
        if (itemNo === 30 && lives > 0) {
          lives -= 1;
          throw new Error('killed');
        }
        return done();
      },
    });
    const items = Array.from({ length: 100 }, (_, at) => String(at));
    const loop = await createTestLoop(store, { items, with: tag, handlers });
    for (let kill = 0; kill < 3; kill += 1) await expect(loop.slice()).rejects.toThrow('killed');
    const [one, two] = await Promise.all([loop.toEnd(), loop.toEnd()]);
    expect([one.kind, two.kind]).toContain('done');
    const effects = (await messagesOf(loop.run.runId)).filter((message) => message.startsWith('effect'));
    expect(new Set(effects).size).toBe(100);
    expect(effects).toHaveLength(100);
  });

  it.each(['pause', 'cancel'] as const)('stop between two items when people %s the run', async (control) => {
    const handlers = inStore({
      async begin(_tx: unknown, { run, itemNo }: NodeContext) {
        if (itemNo === 10) await stop(run.jobId, control);
        return done();
      },
    });
    const items = Array.from({ length: 100 }, (_, at) => String(at));
    const loop = await createTestLoop(store, { items, with: tag, handlers });
    expect(await loop.slice()).toEqual({ kind: 'more' });
    const left = (await statesOf(loop.run.runId)).filter((state) => state === 'pending');
    expect(left).toHaveLength(80);
    if (control === 'pause') return;
    await store.db.transaction().execute((tx) => abandonLoop(tx, handlers, loop.context));
    expect(new Set(await statesOf(loop.run.runId))).toEqual(new Set(['succeeded', 'cancelled']));
  });

  it('of a node that cleans up are done after a cancel', async () => {
    const loop = await createTestLoop(store, { items: ['a'], with: tag, node: { trigger: 'always' } });
    await stop(loop.run.jobId, 'cancel');
    expect(await loop.toEnd()).toMatchObject({ kind: 'done' });
  });

  it('tell of each tenth once, and of the first 20 failures', async () => {
    const handlers = inStore({ begin: (_tx: unknown, { itemNo }: NodeContext) => Promise.resolve((itemNo ?? 0) % 2 ? failure(false) : done()) }); // prettier-ignore
    const items = Array.from({ length: 200 }, (_, at) => String(at));
    const loop = await createTestLoop(store, { items, with: tag, handlers });
    expect(await loop.toEnd()).toMatchObject({ kind: 'failed', message: '100 of 200 items have failed' });
    const messages = await messagesOf(loop.run.runId);
    expect(messages.filter((message) => message.includes('failed:'))).toHaveLength(20);
    expect(messages.filter((message) => message.includes('items done')).length).toBeLessThan(10);
    expect(messages).toContain('Node step: 180 of 200 items done, 90 of them failed');
  });
});

describe('items whose effect lies outside', () => {
  it('are done so many at a time, each under a key of its own', async () => {
    let most = 0;
    let now = 0;
    const keys: string[] = [];
    const handlers = outside(async ({ idempotencyKey }) => {
      keys.push(idempotencyKey);
      most = Math.max(most, (now += 1));
      await new Promise((resolve) => setTimeout(resolve, 5));
      now -= 1;
      return done();
    });
    const items = Array.from({ length: 30 }, (_, at) => String(at));
    const loop = await createTestLoop(store, { items, uses: 'http_request', with: url, window: 4, handlers });
    expect(await loop.toEnd()).toMatchObject({ kind: 'done', output: { total: 30, succeeded: 30 } });
    expect(most).toBe(4);
    expect(new Set(keys).size).toBe(30);
    expect(keys).toContain(`${loop.run.token}:step:29`);
  });

  it('are done again under the same key and attempt when their worker was killed', async () => {
    const calls: string[] = [];
    const kill = new AbortController();
    const handlers = outside(({ idempotencyKey, attempt }, signal) => {
      calls.push(`${idempotencyKey}#${String(attempt)}`);
      if (calls.length > 2) return Promise.resolve(done());
      if (calls.length === 2) kill.abort();
      return new Promise((_, reject) => {
        const end = () => {
          reject(new Error('aborted'));
        };
        if (signal.aborted) end();
        signal.addEventListener('abort', end);
      });
    });
    const loop = await createTestLoop(store, {
      items: ['a', 'b', 'c'],
      uses: 'http_request',
      with: url,
      window: 2,
      handlers,
    });
    expect(await loop.slice(kill.signal)).toEqual({ kind: 'more' });
    expect(await statesOf(loop.run.runId)).toEqual(['running', 'running', 'pending']);
    expect(await loop.toEnd()).toMatchObject({ kind: 'done' });
    const [first, second] = calls;
    expect(calls.slice(2)).toEqual(expect.arrayContaining([first, second]));
    expect(calls).toHaveLength(5);
  });

  it('have the time of an attempt each, and are tried again', async () => {
    const handlers = outside(({ attempt }, signal) =>
      attempt === 2
        ? Promise.resolve(done({ attempt }))
        : new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              reject(new Error('aborted'));
            });
          }),
    );
    const node = { timeoutMs: 30, retry };
    const loop = await createTestLoop(store, { items: ['a'], uses: 'http_request', with: url, handlers, node });
    expect(await loop.toEnd()).toMatchObject({ kind: 'done', output: { outputs: [{ attempt: 2 }] } });
  });

  it('leave the loop to wait when the next attempt is far away', async () => {
    const handlers = outside(() => Promise.resolve(failure(true)));
    const node = { retry: { ...retry, initialIntervalMs: 60_000 } };
    const loop = await createTestLoop(store, { items: ['a', 'b'], uses: 'http_request', with: url, handlers, node });
    const result = await loop.slice();
    expect(result).toMatchObject({ kind: 'waiting', waiting: { items: 2 } });
    expect(result.kind === 'waiting' && (result.wakeAt?.getTime() ?? 0) > Date.now() + 50_000).toBe(true);
  });

  it('throw a fault of our own on, and what it hit is done by the next slice', async () => {
    let calls = 0;
    const handlers = outside(() =>
      (calls += 1) === 1 ? Promise.reject(new Error('store away')) : Promise.resolve(done()),
    );
    const loop = await createTestLoop(store, { items: ['a'], uses: 'http_request', with: url, handlers });
    await expect(loop.slice()).rejects.toThrow('store away');
    expect(await loop.toEnd()).toMatchObject({ kind: 'done' });
  });
});
