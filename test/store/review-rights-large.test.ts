import { type KyselyPlugin, sql } from 'kysely';
import { revokeAccess, setAccess } from '../../src/store/access';
import { updateAccessOfProject } from '../../src/store/access-bulk';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { createReview } from '../support/reviews';

/** 10,000 assets and 20 approvers. */
const ASSETS = 10_000;
const APPROVERS = 20;
const NOW = new Date('2026-03-01T12:00:00.000Z');

let database: TestDatabase;
let project: TestThing;
let admin: TestUser;
let approvers: readonly TestUser[];

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database.store;
  project = await createProject(db);
  admin = await createUser(db, { admin: true });
  approvers = await Promise.all(Array.from({ length: APPROVERS }, () => createUser(db)));
  for (const { ownTeamId } of approvers) await grantAccess(db, project.id, ownTeamId, { canApprove: true });
  const assets = await createAssets(db, { projectId: project.id, ownerId: admin.id }, ASSETS);
  const order = {
    project,
    requester: admin,
    policy: { kind: 'all' as const },
    approverIds: [],
    includeNewApprovers: true,
  };
  const { jobId } = await createReview(db, { ...order, assetIds: assets.map(({ id }) => id) });
  await sql`insert into reviews (request_id, approver_id)
    select q.id, u.id from review_requests q cross join unnest(${approvers.map(({ id }) => id)}::bigint[]) u (id)`.execute(
    db,
  );
  await sql`update jobs set state = 'done', outcome = 'succeeded', finished_at = now() where id = ${jobId}`.execute(db);
  await sql`analyze`.execute(db);
}, 120_000);
afterAll(() => database.drop());

/** The store with a count of the statements that go through it. */
function counting() {
  let count = 0;
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => {
      count += 1;
      return node;
    },
    transformResult: ({ result }) => Promise.resolve(result),
  };
  return { db: database.store.db.withPlugin(plugin), statements: () => count };
}

async function reviews() {
  const { rows } = await sql<{ counted: number; lost: number }>`
    select count(*) filter (where lost_at is null)::int as counted, count(*) filter (where lost_at is not null)::int as lost
    from reviews`.execute(database.store.db);
  return rows[0];
}

const all = ASSETS * APPROVERS;

it('settles ten thousand requests of twenty approvers in a few statements, whatever is changed', async () => {
  const [one = admin] = approvers;
  const newcomer = await createUser(database.store.db);
  const order = { projectId: project.id, actorId: admin.id, now: NOW };
  const changes: [string, (db: typeof database.store.db) => Promise<unknown>, object][] = [
    ['nothing of reviews', (db) => updateAccessOfProject(db, { ...order, ownTeams: true }, { revoke: false, write: true }), { counted: all, lost: 0 }], // prettier-ignore
    ['one is lost', (db) => revokeAccess(db, project.id, one.ownTeamId, NOW), { counted: all - ASSETS, lost: ASSETS }],
    ['one is added', (db) => setAccess(db, { ...order, teamId: newcomer.ownTeamId }, { write: false, manage: false, approve: true }), { counted: all, lost: ASSETS }], // prettier-ignore
    ['all are lost', (db) => updateAccessOfProject(db, { ...order, ownTeams: true }, { revoke: true }), { counted: 0, lost: all + ASSETS }], // prettier-ignore
  ];
  for (const [title, change, expected] of changes) {
    const { db, statements } = counting();
    await change(db);
    expect([title, await reviews()]).toEqual([title, expected]);
    expect(statements()).toBeLessThan(20);
  }
  const mails = await database.store.db.selectFrom('mails').select(['recipient', 'data']).execute();
  expect(mails).toEqual([{ recipient: newcomer.email, data: expect.objectContaining({ count: ASSETS }) }]);
}, 120_000);
