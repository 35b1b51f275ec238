import { addApiKey } from '../../../src/store/credentials';
import { FILE_PHASE, moveNextChunk } from '../../../src/store/bulk-move-chunk';
import { findShare } from '../../../src/store/share-reading';
import { shareNextChunk } from '../../../src/store/set-shared-chunk';
import { appendSyncEvents } from '../../../src/store/sync';
import { applyTreeJob } from '../../../src/store/tree-job';
import { prepareBulkMove } from '../../support/bulk-move';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { createAssets, createFolder, createProject, createTeam, createUser, grantAccess, type TestThing, type TestUser } from '../../support/fixtures'; // prettier-ignore
import { prepareSharing } from '../../support/set-shared';
import { changeTree, jobOf, standings } from '../../support/tree-library';
import { startSyncApp, type SyncApp } from '../sync-app';
import { getSync, openStream } from '../sync-client';
import { buildStrawberryApp, type Method, type StrawberryApp } from './strawberry-app';

/** What runs while somebody takes the right to it away by these routes. */
let database: TestDatabase;
let facade: StrawberryApp;
let gallery: TestThing;
let managerKey: string;
/** May write through a team. */
let user: TestUser;
let team: TestThing;

const db = () => database.store.db;
const place = () => ({ projectId: gallery.id, ownerId: user.id });

beforeAll(async () => {
  database = await createTestDatabase();
  facade = await buildStrawberryApp(database.store);
});
afterAll(async () => {
  await facade.app.close();
  await database.drop();
});
beforeEach(async () => {
  gallery = await createProject(db());
  user = await createUser(db());
  team = await createTeam(db(), [user.id]);
  const manager = await createUser(db());
  await grantAccess(db(), gallery.id, team.id, { canWrite: true, canManage: true });
  await grantAccess(db(), gallery.id, manager.ownTeamId, { canManage: true });
  managerKey = await addApiKey(db(), manager.id);
});

type Way = [title: string, method: Method, path: () => string, sent?: () => object];

/** Each of them leaves the right to read, or takes it too. */
const NARROWING: readonly Way[] = [
  ['PUT teams', 'PUT', () => `${gallery.id}/teams`, () => ({ team_id: team.id })],
  ['PUT update_teams', 'PUT', () => `${gallery.id}/update_teams`, () => ({ own_teams: false, write: false })],
  ['PUT galleries/update_teams', 'PUT', () => `update_teams/${team.id}`, () => ({ write: false })],
];
const REVOKING: readonly Way[] = [
  ['DELETE teams', 'DELETE', () => `${gallery.id}/teams/${team.id}`],
  [
    'PUT update_teams with revoke',
    'PUT',
    () => `${gallery.id}/update_teams`,
    () => ({ own_teams: false, revoke: true }),
  ],
  ['PUT galleries/update_teams with revoke', 'PUT', () => `update_teams/${team.id}`, () => ({ revoke: true })],
];
const ALL = [...NARROWING, ...REVOKING];

async function take([, method, path, sent]: Way): Promise<void> {
  const answer = await facade.call(managerKey, method, `/api/v1/galleries/${path()}`, sent?.());
  expect(answer.statusCode).toBe(200);
}

const verdicts = async (jobId: string) => {
  const rows = await db().selectFrom('job_chunks').selectAll().where('job_id', '=', jobId).orderBy('no').execute();
  return rows.map((row) => [row.succeeded, row.failed, [...new Set(row.exception_codes)]]);
};

test.each<Way>(ALL)('%s: a bulk move at work fails what it has not moved yet', async (...way) => {
  const to = await createFolder(db(), place());
  const ids = (await createAssets(db(), place(), 2_000)).map(({ id }) => id);
  const job = await prepareBulkMove(db(), { project: gallery, requestedBy: user.id, targetId: to.id, assetIds: ids });
  await moveNextChunk(database.store.pool, job, FILE_PHASE, new Date());
  await take(way);
  await moveNextChunk(database.store.pool, job, FILE_PHASE, new Date());
  expect(await verdicts(job.jobId)).toEqual([[1_000, 0, []], [0, 1_000, ['forbidden']]]); // prettier-ignore
});

test.each<Way>(ALL)('%s: sharing at work fails what it has not shared yet', async (...way) => {
  await createAssets(db(), place(), 2_000);
  const job = await prepareSharing(database.store, { project: gallery, user, shared: true, assetIds: null });
  await shareNextChunk(db(), job, new Date());
  await take(way);
  await shareNextChunk(db(), job, new Date());
  expect(await verdicts(job.jobId)).toEqual([[1_000, 0, []], [0, 1_000, ['forbidden']]]); // prettier-ignore
});

test.each<Way>(ALL)('%s: a change of a big tree that waits is not done', async (...way) => {
  const folder = await createFolder(db(), place());
  const [file = folder] = await createAssets(db(), { ...place(), parentId: folder.id }, 1_100);
  const job = await jobOf(db(), await changeTree(database.store, 'trash_assets', folder, user));
  await take(way);
  expect(await applyTreeJob(db(), job, new Date())).toBe('forbidden');
  expect(await standings(db(), [folder, file])).toEqual({ [folder.id]: 'live', [file.id]: 'live' });
});

test('a change of a big tree needs the right where it comes from and where it goes to', async () => {
  const target = await createProject(db());
  await grantAccess(db(), target.id, user.ownTeamId, { canWrite: true });
  const folder = await createFolder(db(), place());
  await createAssets(db(), { ...place(), parentId: folder.id }, 1_100);
  const job = await jobOf(db(), await changeTree(database.store, 'assign_assets', folder, user, { target }));
  await grantAccess(db(), target.id, user.ownTeamId, { canManage: true });
  expect(await applyTreeJob(db(), job, new Date())).toBe('forbidden');
  await grantAccess(db(), target.id, user.ownTeamId, { canWrite: true });
  expect(await applyTreeJob(db(), job, new Date())).toBe('applied');
});

// Bulk changes that do not revoke leave who manages a manager.
test.each<Way>([...NARROWING.slice(0, 1), ...REVOKING])(
  '%s: a share that a manager could read is not there any more',
  async (...way) => {
    const [asset] = await createAssets(db(), place(), 1);
    const owner = await createUser(db());
    const { rows } = await database.store.pool.query<{ id: string }>(
      `insert into shares (uuid, project_id, asset_id, owner_id, type, status, permissions, token_hash)
     values (gen_random_uuid(), $1, $2, $3, 'link', 'active', '{view}', gen_random_uuid()::text::bytea) returning id`,
      [gallery.id, asset?.id, owner.id],
    );
    const share = { by: 'id' as const, id: rows[0]?.id ?? '' };
    expect(await findShare(db(), share, user)).not.toBeNull();
    await take(way);
    expect(await findShare(db(), share, user)).toBeNull();
  },
);

describe('following what happens', () => {
  let sync: SyncApp;
  let key: string;
  beforeEach(async () => {
    key = await addApiKey(db(), user.id);
  });
  afterEach(() => sync.close());

  const append = (dataKey: string) =>
    db()
      .transaction()
      .execute((tx) => appendSyncEvents(tx, gallery.id, [{ action: 'UPDATE', dataType: 'assets', dataKey, data: {} }]));

  test.each<Way>(REVOKING)('%s: an event stream ends without another event', async (...way) => {
    sync = await startSyncApp(database.store, { heartbeatMs: 20, recheckMs: 0 });
    await append('a');
    const stream = await openStream(sync.address, gallery.uuid, { key });
    expect((await stream.messages.next()).value).toMatchObject({ id: '1' });
    await take(way);
    await append('secret');
    expect((await stream.messages.next()).value).toMatchObject({ event: 'refused' });
    expect(await stream.messages.next()).toEqual({ done: true, value: undefined });
  });

  test.each<Way>(REVOKING)('%s: sync answers 403 at the next call', async (...way) => {
    sync = await startSyncApp(database.store);
    await append('a');
    expect((await getSync(sync.address, gallery.uuid, key, {})).success).toBe(true);
    await take(way);
    expect((await getSync(sync.address, gallery.uuid, key, {})).result).toMatchObject({ code: 403 });
  });
});
