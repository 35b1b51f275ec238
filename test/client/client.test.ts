import { answerOf, createLonghaulClient, LonghaulError, newIdempotencyKey } from '../../clients/typescript/src';
import { type Answerer, cut, type FakeService, json, startService, stream } from './service';

const TOKEN = '0192d3a0-0000-7000-8000-000000000001';
const job = (state: string, succeeded = 0) => ({ token: TOKEN, state, succeeded });
const event = (id: number, data: unknown) => `id: ${String(id)}\ndata: ${JSON.stringify(data)}\n\n`;
const problem = (status: number, code: string) => ({
  type: `urn:longhaul:problem:${code}`,
  title: 'T',
  status,
  code,
  detail: `it says ${code}`,
  errors: [{ field: 'parent', message: 'is required' }],
  request_id: 'r',
});

const services: FakeService[] = [];
afterEach(async () => {
  for (const service of services.splice(0)) await service.close();
});

async function open(...answers: readonly Answerer[]) {
  const service = await startService(...answers);
  services.push(service);
  return { service, client: createLonghaulClient({ url: `${service.url}/`, apiKey: 'the-key' }) };
}

async function faultOf(promise: Promise<unknown>): Promise<LonghaulError> {
  const fault = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  expect(fault).toBeInstanceOf(LonghaulError);
  return fault as LonghaulError;
}

describe('requests', () => {
  test('carry the credentials, and their parameters where the route has them', async () => {
    const { service, client } = await open(json(200, { jobs: [], next_cursor: null }));
    const answer = await client.api.GET('/api/jobs', { params: { query: { limit: 5 } } });
    expect(answerOf(answer)).toEqual({ jobs: [], next_cursor: null });
    expect(service.asked).toMatchObject([{ url: '/api/jobs?limit=5', headers: { authorization: 'Bearer the-key' } }]);
  });

  test.each([
    ['a cut connection', cut],
    ['503 with Retry-After', json(503, problem(503, 'busy'), { 'retry-after': '0' })],
    ['429', json(429, {}, { 'retry-after': '0' })],
  ])('a read is sent again after %s', async (_what, answer) => {
    const { service, client } = await open(answer, answer, json(200, job('running')));
    const read = await client.api.GET('/api/jobs/{token}', { params: { path: { token: TOKEN } } });
    expect(answerOf(read).state).toBe('running');
    expect(service.asked).toHaveLength(3);
  });

  test('a write without an Idempotency-Key is sent once', async () => {
    const { service, client } = await open(json(503, problem(503, 'busy'), { 'retry-after': '0' }), json(200, {}));
    const path = { gid: 'p' };
    const answer = await client.api.POST('/api/p/{gid}/assets/bulk/move', {
      params: { path },
      body: { parent: 'p', selection: ['a'] },
    });
    expect(answer.response.status).toBe(503);
    expect(service.asked).toHaveLength(1);
  });

  test('a write with one is sent again with the same key and body', async () => {
    const accepted = { success: true, result: { 'job.token': TOKEN }, data: {} };
    const { service, client } = await open(cut, json(200, accepted));
    const params = { path: { gid: 'p' }, header: { 'idempotency-key': newIdempotencyKey() } };
    const body = { parent: 'p', selection: ['a'] };
    const answer = await client.api.POST('/api/p/{gid}/assets/bulk/move', { params, body });
    expect(answerOf(answer).result['job.token']).toBe(TOKEN);
    const [first, second] = service.asked;
    expect([second?.headers['idempotency-key'], second?.body]).toEqual([
      first?.headers['idempotency-key'],
      JSON.stringify(body),
    ]);
    expect(first?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('what keeps failing is told after the last attempt', async () => {
    const { service, client } = await open(json(503, problem(503, 'busy'), { 'retry-after': '0' }));
    const fault = await faultOf(client.waitForJob(TOKEN));
    expect([fault.status, fault.code, fault.retryAfterSeconds]).toEqual([503, 'busy', 0]);
    expect(service.asked).toHaveLength(5);
  });
});

describe('errors', () => {
  test.each([
    ['problem', problem(404, 'job_not_found'), 'job_not_found', 'it says job_not_found'],
    ['unicat', { success: false, result: { code: 1006, message: 'Selection error' }, data: {} }, '1006', 'Selection error'], // prettier-ignore
    ['media-pocket', { error: 'Not found', code: 'run_under_way' }, 'run_under_way', 'Not found'],
    ['media-pocket', { error: 'Not found' }, '404', 'Not found'],
    ['unknown', { hello: 1 }, '404', 'the answer has the status 404'],
  ])('of the dialect %s have its body, a code and a message', async (dialect, body, code, message) => {
    const { client } = await open(json(404, body, { 'x-request-id': 'q-1' }));
    const fault = await faultOf(client.waitForJob(TOKEN));
    expect(fault).toMatchObject({ status: 404, code, message, requestId: 'q-1', told: { dialect, body } });
    expect(fault.fields).toEqual(dialect === 'problem' ? [{ field: 'parent', message: 'is required' }] : []);
  });
});

test('a job is waited for by requests that wait themselves', async () => {
  const { service, client } = await open(
    json(200, job('queued')),
    json(200, job('running')),
    json(200, job('done', 3)),
  );
  expect(await client.waitForJob(TOKEN)).toMatchObject({ state: 'done', succeeded: 3 });
  expect(service.asked.map(({ headers }) => headers['prefer'])).toEqual(['wait=60', 'wait=60', 'wait=60']);
});

describe('following', () => {
  const collect = async <T>(events: AsyncIterable<T>) => {
    const seen: T[] = [];
    for await (const each of events) seen.push(each);
    return seen;
  };

  test('a job is followed through broken lines after the event that was seen last, up to its end', async () => {
    const { service, client } = await open(
      stream(`retry: 1\n\n${event(1, job('queued'))}:\n\n${event(2, job('running', 1))}`, true),
      cut,
      json(502, 'bad gateway'),
      stream(`retry: 1\n\n${event(3, job('running', 2))}id: 4\ndata: {"tok`, true),
      stream(event(4, job('done', 3))),
    );
    const seen = await collect(client.followJob(TOKEN));
    expect(seen.map(({ succeeded }) => succeeded)).toEqual([0, 1, 2, 3]);
    expect(service.asked.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '2', '2', '2', '3']);
  });

  test('204 says that there is nothing more', async () => {
    const { client } = await open((response) => response.writeHead(204).end());
    expect(await collect(client.followJob(TOKEN))).toEqual([]);
  });

  test('a project is followed from the cursor on, until the signal', async () => {
    const { service, client } = await open(
      stream(`retry: 1\n\n${event(8, { cursor: 8 })}`),
      stream(`${event(9, { cursor: 9 })}${event(10, { cursor: 10 })}`),
      () => undefined,
    );
    const leaving = new AbortController();
    const seen: number[] = [];
    for await (const { cursor } of client.followSync('p', { cursor: 7, signal: leaving.signal })) {
      seen.push(cursor);
      if (cursor === 10) leaving.abort();
    }
    expect(seen).toEqual([8, 9, 10]);
    expect(service.asked.map(({ headers }) => headers['last-event-id'])).toEqual(['7', '8']);
  });

  test('who may read no more is told so, also in the middle', async () => {
    const refused = `event: refused\ndata: ${JSON.stringify(problem(404, 'job_not_found'))}\n\n`;
    const { client } = await open(stream(`${event(1, job('running'))}${refused}`));
    const seen: string[] = [];
    const following = (async () => {
      for await (const { state } of client.followJob(TOKEN)) seen.push(state);
    })();
    expect(await faultOf(following)).toMatchObject({ status: 404, code: 'job_not_found' });
    expect(seen).toEqual(['running']);
  });

  test('who leaves in the middle closes the line', async () => {
    let left = false;
    const { client } = await open((response) => {
      response.on('close', () => (left = true));
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(event(1, job('running')));
    });
    for await (const { state } of client.followJob(TOKEN)) {
      expect(state).toBe('running');
      break;
    }
    for (let tries = 0; !left && tries < 200; tries += 1) await new Promise((resolve) => setTimeout(resolve, 25));
    expect(left).toBe(true);
  });
});
