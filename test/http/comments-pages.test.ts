import { sql } from 'kysely';
import { commentsAnswer } from '../../src/http/dialects/media-pocket/comments-answer';
import { addApiKey } from '../../src/store/credentials';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createUser, type TestThing } from '../support/fixtures';
import { buildMediaPocketApp, type MediaPocketApp } from './media-pocket-app';

interface Answer {
  readonly comments: readonly { readonly id: number; readonly message: string }[];
  readonly next_cursor?: number | null;
}

let database: TestDatabase;
let facade: MediaPocketApp;
let key: string;
let asset: TestThing;

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database.store;
  facade = await buildMediaPocketApp(database.store);
  const user = await createUser(db);
  key = await addApiKey(db, user.id);
  [asset] = (await createAssets(db, { projectId: null, ownerId: user.id }, 1)) as [TestThing];
  await sql`insert into comments (asset_id, user_id, message, created_at, updated_at)
    select ${asset.id}, ${user.id}, 'number ' || n, now(), now() from generate_series(1, 1001) n order by n`.execute(
    db,
  );
});
afterAll(async () => {
  await facade.app.close();
  await database.drop();
});

const get = (query = '') => facade.call(key, 'GET', `/api/v2/assets/${asset.key}/comments${query}`);
const read = async (query?: string) => (await get(query)).json<Answer>();
const numbers = (answer: Answer) => answer.comments.map(({ message }) => Number(message.replace('number ', '')));

it('shows the newest thousand when nobody asks for a page, and where the older ones are', async () => {
  const answer = await get();
  const body = answer.json<Answer>();
  expect(Object.keys(body)).toEqual(['comments']);
  expect(commentsAnswer.parse(body)).toEqual(body);
  expect(numbers(body)).toEqual(Array.from({ length: 1000 }, (_, index) => index + 2));
  const oldest = String(body.comments[0]?.id);
  expect(answer.headers['link']).toBe(`<?cursor=${oldest}&limit=1000>; rel="next"`);
  const rest = await get(`?cursor=${oldest}&limit=1000`);
  expect(numbers(rest.json())).toEqual([1]);
  expect([rest.json<Answer>().next_cursor, rest.headers['link']]).toEqual([null, undefined]);
});

it('walks back page by page, each oldest first', async () => {
  const first = await read('?limit=2');
  expect(numbers(first)).toEqual([1000, 1001]);
  const second = await read(`?limit=2&cursor=${String(first.next_cursor)}`);
  expect(numbers(second)).toEqual([998, 999]);
  expect(numbers(await read('?cursor=0&limit=1'))).toEqual([1001]);
});

it('ends with a full page when nothing is older', async () => {
  const { comments } = await read(`?cursor=${String((await read()).comments[1]?.id)}&limit=2`);
  expect(numbers({ comments })).toEqual([1, 2]);
  expect((await read(`?cursor=${String(comments[1]?.id)}&limit=1`)).next_cursor).toBeNull();
});

it.each([
  ['cursor=test', `Invalid parameter 'cursor' value "test": Invalid cursor`],
  ['cursor=', `Invalid parameter 'cursor' value "": Invalid cursor`],
  ['cursor=-1', `Invalid parameter 'cursor' value "-1": Invalid cursor`],
  ['cursor=1e3', `Invalid parameter 'cursor' value "1e3": Invalid cursor`],
  ['cursor=9223372036854775808', `Invalid parameter 'cursor' value "9223372036854775808": Invalid cursor`],
  ['limit=0', `Invalid parameter 'limit' value "0": Must be a number from 1 to 1000.`],
  ['limit=1001', `Invalid parameter 'limit' value "1001": Must be a number from 1 to 1000.`],
  ['limit=1e1', `Invalid parameter 'limit' value "1e1": Must be a number from 1 to 1000.`],
  ['limit=%205', `Invalid parameter 'limit' value " 5": Must be a number from 1 to 1000.`],
])('refuses %s', async (query, error) => {
  const answer = await get(`?${query}`);
  expect([answer.statusCode, answer.json()]).toEqual([422, { error }]);
});

it('leaves other parameters alone', async () => {
  expect((await get('?page=2')).statusCode).toBe(200);
});

it('asks the store twice for the list and three times for one comment, the credentials included', async () => {
  const url = `/api/v2/assets/${asset.key}/comments`;
  const id = String((await read('?limit=1')).comments[0]?.id);
  expect(await countQueries(() => facade.call(key, 'GET', url))).toBe(2);
  expect(await countQueries(() => facade.call(key, 'GET', `${url}/${id}`))).toBe(3);
});

async function countQueries(work: () => Promise<unknown>): Promise<number> {
  const { pool } = database.store;
  const client = await pool.connect();
  const query = jest.spyOn(Object.getPrototypeOf(client) as typeof client, 'query');
  client.release();
  await work();
  const { length } = query.mock.calls;
  query.mockRestore();
  return length;
}
