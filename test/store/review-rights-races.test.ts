import { sql } from 'kysely';
import { grantAccess, removeAccess, revokeAccess, setAccess } from '../../src/store/access';
import { updateAccessOfProject, updateAccessOfTeam } from '../../src/store/access-bulk';
import { approversOf, holdRights, lockRights } from '../../src/store/approvers';
import type { Database } from '../../src/store/database';
import { createUser as createPerson, deleteUser } from '../../src/store/people';
import { settleReviewRights } from '../../src/store/review-rights';
import { settleStatuses } from '../../src/store/review-status';
import { addTeamMember } from '../../src/store/teams';
import { waitForBlocked } from '../support/blocked';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createTeam, createUser, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { createRandom } from '../support/random';
import { createReview, writeAnswer } from '../support/reviews';
import { until } from '../support/until';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const APPROVE = { write: false, manage: false, approve: true };
/** RIGHTS_RACE_ROUNDS=200 for a full run; RIGHTS_RACE_SEED repeats what is asked for. */
const ROUNDS = Number(process.env['RIGHTS_RACE_ROUNDS'] ?? 12);
const SEED = Number(process.env['RIGHTS_RACE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const AT_ONCE = 8;

let database: TestDatabase;
let admin: TestUser;
let projects: readonly TestThing[];
let people: TestUser[];
let teams: readonly TestThing[];

const db = () => database.store.db;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = await createUser(db(), { admin: true });
});
afterAll(() => database.drop());
beforeEach(async () => {
  projects = [await createProject(db()), await createProject(db())];
  people = [await createUser(db()), await createUser(db()), await createUser(db())];
  teams = [await createTeam(db()), await createTeam(db())];
});

/** An open review in each project, of new approvers too. */
async function askEverywhere(): Promise<void> {
  for (const project of projects) {
    const assets = await createAssets(db(), { projectId: project.id, ownerId: admin.id }, 3);
    const assetIds = assets.map(({ id }) => id);
    const order = { project, requester: admin, policy: { kind: 'all' as const }, includeNewApprovers: true };
    const { requestIds } = await createReview(db(), { ...order, assetIds, approverIds: people.map(({ id }) => id) });
    await writeAnswer(db(), requestIds[0] ?? '', people[0]?.id ?? '', 'approved');
    await writeAnswer(db(), requestIds[1] ?? '', people[1]?.id ?? '', 'needs_revision');
  }
}

/** Reviews whose standing is not what the rights say, and requests of which a counting approver has none. */
async function faults(): Promise<readonly string[]> {
  const { rows } = await sql<{ fault: string }>`
    with able as (select p.id as project_id, a.user_id from projects p cross join lateral (${approversOf(sql`p.id`)}) a)
    select concat_ws(' ', 'review', r.request_id, r.approver_id, r.lost_at is null, r.waiting) as fault
    from reviews r join review_requests q on q.id = r.request_id
      left join able on able.project_id = q.project_id and able.user_id = r.approver_id
    where (r.lost_at is null) <> (able.user_id is not null)
      or r.waiting <> (able.user_id is not null and r.answer = 'pending')
    union all
    select concat_ws(' ', 'missing', q.id, able.user_id) from review_requests q
      join able on able.project_id = q.project_id
    where not exists (select from reviews r where r.request_id = q.id and r.approver_id = able.user_id)
    order by 1`.execute(db());
  const requests = await db().selectFrom('review_requests').select('id').execute();
  const unsettled = await settleStatuses(db(), requests.map(({ id }) => id), NOW); // prettier-ignore
  return [...rows.map(({ fault }) => fault), ...unsettled.map(({ requestId, to }) => `status ${requestId} ${to}`)];
}

it(`holds to the rights whatever changes them at once (seed ${String(SEED)})`, async () => {
  const random = createRandom(SEED);
  const { pick } = random;
  const given = () => ({ write: random.integer(2) === 0, manage: false, approve: random.integer(2) === 0 });
  const sides = () => ({ projectId: pick(projects).id, teamId: pick([...teams.map(({ id }) => id), ...people.flatMap((one) => (one.ownTeamId === '' ? [] : [one.ownTeamId]))]) }); // prettier-ignore
  const actor = { actorId: admin.id, now: NOW };
  const deeds: (() => Promise<unknown>)[] = [
    () => setAccess(db(), { ...sides(), ...actor }, given()),
    () => removeAccess(db(), { ...sides(), ...actor }),
    () => ((one) => grantAccess(db(), one.projectId, one.teamId, given(), NOW))(sides()),
    () => ((one) => revokeAccess(db(), one.projectId, one.teamId, NOW))(sides()),
    () => updateAccessOfProject(db(), { projectId: sides().projectId, ownTeams: random.integer(2) === 0, ...actor }, { revoke: random.integer(2) === 0, write: true }), // prettier-ignore
    () =>
      updateAccessOfTeam(db(), { teamId: sides().teamId, ...actor }, { revoke: random.integer(2) === 0, write: true }),
    () => addTeamMember(db(), pick(teams).id, pick(people).id, NOW).catch(ignoreGone),
    async () => {
      const made = await createPerson(db(), {
        email: `racer-${String(random.integer(1e9))}@example.test`,
        admin: false,
      });
      people.push({ ...made, ownTeamId: '' });
      await Promise.all([addTeamMember(db(), pick(teams).id, made.id, NOW).catch(ignoreGone), deleteUser(db(), made.id, NOW)]); // prettier-ignore
    },
  ];
  await askEverywhere();
  await settleReviewRights(db(), projects.map(({ id }) => id), null, NOW); // prettier-ignore
  for (let round = 1; round <= ROUNDS; round += 1) {
    await Promise.all(Array.from({ length: AT_ONCE }, () => pick(deeds)()));
    expect([round, await faults()]).toEqual([round, []]);
  }
});

/** Who is being deleted cannot become a member. */
function ignoreGone(error: unknown): void {
  if ((error as Error).name !== 'NotFoundError') throw error;
}

it('of changes at once none is lost: of different teams all, of one team a whole one', async () => {
  const [project] = projects;
  const projectId = project?.id ?? '';
  const own = await Promise.all(Array.from({ length: 12 }, () => createUser(db())));
  const actor = { actorId: admin.id, now: NOW };
  await Promise.all(own.map(({ ownTeamId }) => setAccess(db(), { projectId, teamId: ownTeamId, ...actor }, APPROVE)));
  const [team] = teams;
  const rights = Array.from({ length: 8 }, (_, no) => ({
    write: (no & 1) > 0,
    manage: (no & 2) > 0,
    approve: (no & 4) > 0,
  }));
  await Promise.all(rights.map((one) => setAccess(db(), { projectId, teamId: team?.id ?? '', ...actor }, one)));
  const counts = await Promise.all(
    [true, true].map((write) => updateAccessOfProject(db(), { projectId, ownTeams: true, ...actor }, { revoke: false, write })), // prettier-ignore
  );
  expect(counts.sort()).toEqual([0, 12]);
  const rows = await db().selectFrom('team_access').selectAll().where('project_id', '=', projectId).execute();
  const of = (teamId: string) => rows.find(({ team_id: id }) => id === teamId);
  for (const { ownTeamId } of own) expect(of(ownTeamId)).toMatchObject({ can_write: true, can_approve: true });
  const left = of(team?.id ?? '');
  expect(rights).toContainEqual({ write: left?.can_write, manage: left?.can_manage, approve: left?.can_approve });
});

it('two teams that are taken from one approver at once are noticed: the last right is gone', async () => {
  const [project] = projects;
  const projectId = project?.id ?? '';
  const someone = people[0] as TestUser;
  for (const { id } of teams) {
    await addTeamMember(db(), id, someone.id, NOW);
    await grantAccess(db(), projectId, id, APPROVE, NOW);
  }
  await askEverywhere();
  await Promise.all(teams.map(({ id }) => revokeAccess(db(), projectId, id, NOW)));
  const left = db().selectFrom('reviews').innerJoin('review_requests as q', 'q.id', 'request_id').select('request_id');
  const counted = left.where('q.project_id', '=', projectId).where('approver_id', '=', someone.id).where('lost_at', 'is', null); // prettier-ignore
  expect(await counted.execute()).toEqual([]);
});

it('who does not manage any more when it comes to the change, changes nothing', async () => {
  const [project] = projects;
  const projectId = project?.id ?? '';
  const [manager, other] = people as [TestUser, TestUser];
  await grantAccess(db(), projectId, manager.ownTeamId, { write: false, manage: true, approve: false }, NOW);
  await grantAccess(db(), projectId, other.ownTeamId, APPROVE, NOW);
  const actor = { actorId: manager.id, now: NOW };
  const changes = [
    () => setAccess(db(), { projectId, teamId: other.ownTeamId, ...actor }, { ...APPROVE, manage: true }),
    () => removeAccess(db(), { projectId, teamId: other.ownTeamId, ...actor }),
    () => updateAccessOfProject(db(), { projectId, ownTeams: true, ...actor }, { revoke: true }),
    () => updateAccessOfTeam(db(), { teamId: other.ownTeamId, ...actor }, { revoke: true }),
  ];
  const outcomes = await db()
    .transaction()
    .execute(async (tx) => {
      await lockRights(tx, [projectId]);
      const waiting = changes.map((change) => change());
      await waitForBlocked(database.store.pool);
      await tx.updateTable('team_access').set({ can_manage: false }).where('team_id', '=', manager.ownTeamId).execute();
      return { waiting };
    });
  expect(await Promise.all(outcomes.waiting)).toEqual([false, false, null, 0]);
  const rights = db().selectFrom('team_access').selectAll().where('team_id', '=', other.ownTeamId);
  expect(await rights.execute()).toEqual([expect.objectContaining({ can_manage: false, can_approve: true })]);
});

it('who waits to change rights is not overtaken by others who hold them, in one project or in very many', async () => {
  const projectId = projects[0]?.id ?? '';
  const many = Array.from({ length: 200 }, (_, no) => String(no + 1_000_000));
  const blocked = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  const untilBlocked = (count: number) =>
    until(async () => (await database.store.pool.query(blocked)).rowCount === count);
  const inTurn = (lock: (tx: Database) => Promise<void>) => db().transaction().execute(lock);
  for (const changed of [[projectId], many]) {
    const done: string[] = [];
    const waiting: Promise<unknown>[] = [];
    await inTurn(async (tx) => {
      await holdRights(tx, projectId);
      await inTurn((other) => holdRights(other, projectId));
      waiting.push(inTurn((other) => lockRights(other, changed).then(() => void done.push('changed'))));
      await untilBlocked(1);
      waiting.push(inTurn((other) => holdRights(other, projectId).then(() => void done.push('held'))));
      await untilBlocked(2);
    });
    await Promise.all(waiting);
    expect(done).toEqual(['changed', 'held']);
  }
});
