import { createReadiness } from '../../../src/http/readiness';
import { buildTestApp } from '../test-app';

const fail = (text: string) => () => Promise.reject(new Error(text));
const never = () => new Promise<never>(() => undefined);

describe('createReadiness', () => {
  const faults: [string, unknown][] = [];
  const options = { deadlineMs: 30, onFault: (part: string, error: unknown) => void faults.push([part, error]) };
  beforeEach(() => {
    faults.length = 0;
  });

  test('is ready when every part answers', async () => {
    const ready = await createReadiness({ ...options, checks: { postgres: async () => 1, temporal: async () => 2 } })();
    expect(ready).toEqual({
      ready: true,
      parts: {
        postgres: { ok: true, took_ms: expect.any(Number), error: null },
        temporal: { ok: true, took_ms: expect.any(Number), error: null },
      },
    });
  });

  test('names the part that fails, and keeps why to the log', async () => {
    const checks = { postgres: async () => 1, temporal: fail('10.0.0.5 refused') };
    const { ready, parts } = await createReadiness({ ...options, checks })();
    expect(ready).toBe(false);
    expect(parts['postgres']?.ok).toBe(true);
    expect(parts['temporal']).toMatchObject({ ok: false, error: 'cannot be reached' });
    expect(faults).toEqual([['temporal', new Error('10.0.0.5 refused')]]);
  });

  test('does not wait longer than the deadline, nor for one part after the other', async () => {
    const startedAt = performance.now();
    const { parts } = await createReadiness({ ...options, checks: { a: never, b: never } })();
    expect(parts['a']).toMatchObject({ ok: false, error: 'no answer within 30 ms' });
    expect(parts['b']?.ok).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  test('a check that throws at once is a failed one', async () => {
    const checks = {
      a: () => {
        throw new Error('at once');
      },
    };
    expect((await createReadiness({ ...options, checks })()).ready).toBe(false);
  });

  test('callers at the same time share one round, the next caller has a new one', async () => {
    const check = jest.fn(async () => 1);
    const ask = createReadiness({ ...options, checks: { a: check } });
    await Promise.all([ask(), ask(), ask()]);
    expect(check).toHaveBeenCalledTimes(1);
    await ask();
    expect(check).toHaveBeenCalledTimes(2);
  });
});

test('/health/live answers whatever else is away', async () => {
  const app = await buildTestApp({}, { readiness: { temporal: fail('away') } });
  const answer = await app.inject('/health/live');
  expect([answer.statusCode, answer.json()]).toEqual([200, { status: 'ok' }]);
  await app.close();
});

test('/health/ready is 200 or 503, and tells of each part', async () => {
  let temporal: () => Promise<unknown> = async () => 1;
  const app = await buildTestApp({}, { readiness: { postgres: async () => 1, temporal: () => temporal() } });
  expect((await app.inject('/health/ready')).statusCode).toBe(200);
  temporal = fail('away');
  const answer = await app.inject('/health/ready');
  expect(answer.statusCode).toBe(503);
  expect(answer.json()).toMatchObject({
    status: 'unavailable',
    parts: { postgres: { ok: true, error: null }, temporal: { ok: false, error: 'cannot be reached' } },
  });
  await app.close();
});
