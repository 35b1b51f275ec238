import { createShareHandler } from '../../../src/activities/dag-nodes/share';
import type { JsonObject } from '../../../src/domain/dag-action';
import { NODE_SCHEMAS } from '../../../src/schemas/dag-nodes';
import type { Database } from '../../../src/store/database';
import { hashShareToken } from '../../../src/store/share-token';
import { AT, begin, contextOf, createNodeLibrary, createTestRun, type NodeLibrary, type TestRun } from '../../support/dag-nodes'; // prettier-ignore
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createUser, grantAccess } from '../../support/fixtures';

const links: string[] = [];
let woken = 0;
const handler = createShareHandler({
  linkSeal: {
    seal: (link) => {
      links.push(link);
      return Buffer.from('sealed');
    },
  },
  publicUrl: 'https://longhaul.test',
  onShareChanged: () => (woken += 1),
});

let database: TestDatabase;
let db: Database;
let library: NodeLibrary;
let run: TestRun;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ db } = database.store);
});
afterAll(() => database.drop());
beforeEach(async () => {
  links.length = 0;
  woken = 0;
  library = await createNodeLibrary(db);
  run = await createTestRun(db, library, 'share');
});

const share = (given: JsonObject, as: NodeLibrary = library) => begin(db, handler, contextOf(as, run, 'share', given));
const shares = () => db.selectFrom('shares').selectAll().where('asset_id', '=', library.asset.id).execute();
const mails = async () =>
  (await db.selectFrom('mails').select(['recipient', 'template', 'data']).orderBy('id').execute()).filter(({ data }) =>
    JSON.stringify(data).includes(library.user.email),
  );

it('makes a share with its history and its invitations, and keeps the link out of what others read', async () => {
  const known = await createUser(db);
  const given = {
    name: 'Press',
    permissions: ['download'],
    duration_hours: 24,
    users: ['New@Example.test', known.uuid],
  };
  const result = await share({ ...given, message: 'Here you are' });
  const [made] = await shares();
  expect(result).toEqual({
    kind: 'done',
    output: { share: made?.uuid, expires_at: '2026-03-02T10:00:00.000Z' },
    afterCommit: expect.any(Function) as unknown,
  });
  expect(made).toMatchObject({
    owner_id: library.user.id,
    type: 'link',
    name: 'Press',
    message: 'Here you are',
    permissions: ['view', 'download'],
    duration_hours: 24,
    expires_at: new Date('2026-03-02T10:00:00.000Z'),
    password_hash: null,
  });
  expect((await mails()).map(({ recipient, template }) => [recipient, template])).toEqual([
    ['new@example.test', 'share_invitation'],
    [known.email, 'share_invitation'],
  ]);
  const history = await db.selectFrom('history').selectAll().where('asset_id', '=', library.asset.id).execute();
  expect(history).toMatchObject([{ kind: 'share_created', actor_id: library.user.id, job_id: run.jobId }]);

  const [link = ''] = links;
  const token = link.replace('https://longhaul.test/s/', '');
  expect(made?.token_hash).toEqual(hashShareToken(token));
  for (const told of [result, history, await mails()]) expect(JSON.stringify(told)).not.toContain(token);
});

it('wakes the timer of shares only when it is told that all is committed', async () => {
  const result = await share({});
  expect(woken).toBe(0);
  if (result.kind === 'done') result.afterCommit?.();
  expect(woken).toBe(1);
});

it('leaves nothing behind when the transaction does not come to its end', async () => {
  const given = contextOf(library, run, 'share', { users: ['a@example.test'] });
  const killed = db.transaction().execute(async (tx) => {
    await handler.begin(tx, given);
    throw new Error('killed');
  });
  await expect(killed).rejects.toThrow('killed');
  expect(await shares()).toEqual([]);
  expect(await mails()).toEqual([]);
});

it.each([
  [{}, null],
  [{ expires_at: '2026-03-05T12:00:00+02:00' }, '2026-03-05T10:00:00.000Z'],
  [{ duration_hours: 87_600 }, '2036-02-27T10:00:00.000Z'],
])('%j ends at %s', async (given, end) => {
  expect(await share(given)).toMatchObject({ kind: 'done', output: { expires_at: end } });
});

it('an end that is past is none', async () => {
  expect(await share({ expires_at: '2026-03-01T10:00:00Z' })).toMatchObject({ kind: 'failed', code: 'bad_expiry', retryable: false }); // prettier-ignore
  expect(await share({ expires_at: '9999-12-31T23:59:59-02:00' })).toMatchObject({ code: 'bad_expiry' });
  expect(await shares()).toEqual([]);
});

it('needs users for the type user, and users that are there', async () => {
  expect(await share({ type: 'user' })).toMatchObject({ kind: 'failed', code: 'recipients_missing', retryable: false });
  expect(await share({ users: [library.user.id, 'nobody', 999_999] })).toMatchObject({
    code: 'recipients_unknown',
    message: 'there are no such users: nobody, 999999',
  });
  expect(await share({ type: 'user', users: ['outsider@example.test'] })).toMatchObject({ code: 'recipients_unknown' });
  expect(await share({ type: 'user', users: [Number(library.user.id)] })).toMatchObject({ kind: 'done' });
  expect(await shares()).toHaveLength(1);
});

it('needs the right to write at that moment', async () => {
  const reader = await createUser(db);
  await grantAccess(db, library.project.id, reader.ownTeamId);
  expect(await share({}, { ...library, user: reader })).toMatchObject({ kind: 'failed', code: 'forbidden' });
  expect(await share({}, { ...library, user: await createUser(db) })).toMatchObject({ code: 'asset_not_found' });
  expect(await shares()).toEqual([]);
});

it('shares nothing that is in the trash or gone', async () => {
  const { id } = library.asset;
  await db.updateTable('assets').set({ deleted_at: AT, trash_root_id: id }).where('id', '=', id).execute();
  expect(await share({})).toMatchObject({ kind: 'failed', code: 'asset_trashed', retryable: false });
  await db.deleteFrom('assets').where('id', '=', id).execute();
  expect(await share({})).toMatchObject({ code: 'asset_not_found' });
});

it.each([
  [{ permissions: [] }],
  [{ permissions: ['own'] }],
  [{ type: 'public' }],
  [{ duration_hours: 0 }],
  [{ duration_hours: 87_601 }],
  [{ duration_hours: 1, expires_at: '2030-01-01T00:00:00Z' }],
  [{ expires_at: '2030-01-01' }],
  [{ users: ['a@b'] }],
  [{ users: ['a@example.test\r\nBcc: b@example.test'] }],
  [{ users: Array.from({ length: 101 }, (_, no) => `u${String(no)}@example.test`) }],
  [{ message: 'a\0' }],
  [{ password: 'secret' }],
])('its schema refuses %j', (given) => {
  expect(NODE_SCHEMAS.share.with.safeParse(given).success).toBe(false);
});
