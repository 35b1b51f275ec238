import { SHARE_EXPIRY_ID } from '../../src/contract/share-expiry';
import { MAIL_ID } from '../../src/contract/mail';
import { toKey } from '../../src/domain/names';
import type { Database } from '../../src/store/database';
import { newUuid } from '../../src/store/ids';
import { createShareToken } from '../../src/store/share-token';
import { withdrawFromShares } from '../../src/store/share-withdrawal';
import { createShare, type NewShare } from '../../src/store/shares';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { connectTestTemporal, type TestTemporal } from '../support/temporal';
import { type CliHarness, createCli } from './run-in-process';

const NOON_MS = Date.parse('2026-11-29T12:00:00.000Z');
const HOUR_MS = 3_600_000;
const at = (ms: number) => new Date(NOON_MS + ms);

let temporal: TestTemporal;
let database: TestDatabase;
let db: Database;
let clock: number;
let cli: CliHarness;
/** Without a Temporal that answers. */
let alone: CliHarness;
let owner: TestUser;
let spring: TestThing;
let assets: readonly TestThing[];
/** What opens the shares of a test: nothing of it may be printed. */
let secrets: string[];

beforeAll(async () => {
  temporal = await connectTestTemporal();
});
beforeEach(async () => {
  database = await createTestDatabase();
  db = database.store.db;
  clock = NOON_MS;
  const now = { now: () => clock };
  cli = createCli({ DATABASE_URL: database.databaseUrl, TEMPORAL_ADDRESS: temporal.address }, now);
  alone = createCli({ DATABASE_URL: database.databaseUrl, TEMPORAL_ADDRESS: '127.0.0.1:1' }, now);
  await createUser(db, { email: 'root@example.test', admin: true });
  owner = await createUser(db, { email: 'ann@example.test' });
  spring = await createProject(db, 'Spring');
  assets = await fill(spring);
  secrets = [];
});
afterEach(() => database.drop());
afterAll(() => temporal.close());

async function fill(project: TestThing): Promise<readonly TestThing[]> {
  await grantAccess(db, project.id, owner.ownTeamId, { canWrite: true });
  return createAssets(db, { projectId: project.id, ownerId: owner.id }, 3);
}

/** A share of the first asset, or of those named. */
async function makeShare(over: Partial<NewShare> = {}, shown: readonly TestThing[] = assets.slice(0, 1), in_ = spring) {
  const { token, hash: tokenHash } = createShareToken();
  secrets.push(token, tokenHash.toString('hex'), tokenHash.toString('base64'));
  const [first, ...others] = shown.map(({ uuid }) => uuid);
  const outcome = await createShare(db, {
    uuid: newUuid(),
    owner,
    asset: { uuid: first ?? '', projectId: in_.id },
    contents: others,
    recipients: [],
    name: 'Rushes',
    message: null,
    timeZone: 'Europe/Berlin',
    type: 'link',
    permissions: ['view'],
    durationHours: null,
    expiresAt: at(HOUR_MS),
    tokenHash,
    passwordHash: null,
    now: new Date(NOON_MS),
    invitation: ({ uuid }, email) => ({ eventKey: `share:${uuid}:invitation:${email}`, template: 'share_invitation', recipient: email, data: {} }), // prettier-ignore
    ...over,
  });
  if (outcome.kind !== 'done') throw new Error(`no share was made: ${outcome.kind}`);
  return outcome.share;
}

const uuidsOf = (answer: Record<string, unknown>) =>
  (answer['shares'] as readonly { uuid: string }[]).map(({ uuid }) => uuid);

describe('share list', () => {
  it('tells status, expiry, owner, and how many assets and people, newest first', async () => {
    const older = await makeShare({ expiresAt: null, name: null });
    const recipients = [{ email: 'bob@example.test' }, { email: 'eve@example.test' }];
    const share = await makeShare({ recipients, passwordHash: '$argon2id$secret' }, assets);
    await withdrawFromShares(db, [assets[2]?.id ?? ''], 'unshared', at(1));
    secrets.push('$argon2id$secret');
    const { shares, more } = await cli.json('share', 'list');
    expect(more).toBe(false);
    expect(shares).toEqual([
      {
        id: Number(share.id),
        uuid: share.uuid,
        key: toKey(share.uuid),
        name: 'Rushes',
        status: 'active',
        type: 'link',
        permissions: ['view'],
        project: { uuid: spring.uuid, name: 'Spring' },
        owner: { uuid: owner.uuid, email: 'ann@example.test' },
        created_at: at(0).toISOString(),
        expires_at: at(HOUR_MS).toISOString(),
        revoked_at: null,
        has_password: true,
        asset_count: 2,
        recipient_count: 2,
      },
      expect.objectContaining({ uuid: older.uuid, name: null, expires_at: null, has_password: false }),
    ]);
    const { stdout } = await cli.run('share', 'list');
    const [header, line, never, ending] = stdout.split('\n');
    expect(header).toMatch(/^UUID +STATUS +EXPIRES +ASSETS +RECIPIENTS +OWNER +PROJECT +NAME$/);
    expect(line).toMatch(new RegExp(`^${share.uuid} +active +2026-11-29 13:00:00 +2 +2 +ann@example.test +Spring +Rushes$`)); // prettier-ignore
    expect(never).toMatch(/ never +1 +0 .* -$/);
    expect(ending).toBe('Instants are UTC.');
  });

  it('is of one project, of one asset by any of its names, or of a status', async () => {
    const other = await createProject(db, 'Autumn');
    const [elsewhere] = (await fill(other)) as [TestThing];
    const one = await makeShare({}, assets.slice(0, 2));
    const two = await makeShare({ expiresAt: null }, assets.slice(1));
    const three = await makeShare({}, [elsewhere], other);
    expect(uuidsOf(await cli.json('share', 'list', '--project', 'Spring'))).toEqual([two.uuid, one.uuid]);
    expect(uuidsOf(await cli.json('share', 'list', '--project', other.key))).toEqual([three.uuid]);
    for (const name of ['id', 'uuid', 'key'] as const) {
      expect(uuidsOf(await cli.json('share', 'list', '--asset', assets[1]?.[name] ?? ''))).toEqual([two.uuid, one.uuid]); // prettier-ignore
      expect(uuidsOf(await cli.json('share', 'list', '--asset', assets[0]?.[name] ?? ''))).toEqual([one.uuid]);
    }
    await alone.json('share', 'revoke', three.uuid);
    clock += HOUR_MS - 1;
    expect(uuidsOf(await cli.json('share', 'list', '--status', 'active'))).toEqual([two.uuid, one.uuid]);
    // At its very instant, though no worker has noted it.
    clock += 1;
    expect(uuidsOf(await cli.json('share', 'list', '--status', 'active'))).toEqual([two.uuid]);
    expect(uuidsOf(await cli.json('share', 'list', '--status', 'expired'))).toEqual([one.uuid]);
    expect(uuidsOf(await cli.json('share', 'list', '--status', 'revoked'))).toEqual([three.uuid]);
    expect(await cli.json('share', 'list', '--project', 'Spring', '--status', 'revoked')).toEqual({ shares: [], more: false }); // prettier-ignore
  });

  it('says that there are more, and that there are none', async () => {
    expect((await cli.run('share', 'list')).stdout).toBe('No shares.\n');
    await makeShare();
    const newest = await makeShare();
    expect(await cli.json('share', 'list', '--limit', '1')).toMatchObject({ shares: [{ uuid: newest.uuid }], more: true }); // prettier-ignore
    expect((await cli.run('share', 'list', '--limit', '1')).stdout).toContain('There are more');
  });

  it.each([
    [['--project', 'Nowhere'], 1, 'there is no project "Nowhere"'],
    [['--asset', '999999'], 1, 'there is no asset "999999"'],
    [['--status', 'open'], 2, "option '--status <status>' argument 'open' is invalid"],
    [['--limit', '0'], 2, "option '--limit <n>' argument '0' is invalid"],
  ])('refuses %j', async (options, exitCode, message) => {
    const result = await cli.run('share', 'list', ...options);
    expect([result.exitCode, result.stdout]).toEqual([exitCode, '']);
    expect(result.stderr).toContain(message);
  });
});

describe('share show', () => {
  it('tells one share by each of its three names, but nothing that opens it', async () => {
    const recipients = [{ email: 'bob@example.test' }];
    const made = await makeShare({ recipients, message: 'Look at\u001b[2J this' }, assets.slice(0, 2));
    await withdrawFromShares(db, [assets[1]?.id ?? ''], 'unshared', at(1_000));
    const shown = await cli.json('share', 'show', made.uuid);
    expect(shown).toMatchObject({ uuid: made.uuid, asset_count: 1, time_zone: 'Europe/Berlin' });
    expect(shown['recipients']).toEqual([{ email: 'bob@example.test', user: null }]);
    expect(shown['contents']).toEqual([
      { id: Number(assets[0]?.id), uuid: assets[0]?.uuid, withdrawn_at: null, withdrawn_reason: null },
      { id: Number(assets[1]?.id), uuid: assets[1]?.uuid, withdrawn_at: at(1_000).toISOString(), withdrawn_reason: 'unshared' }, // prettier-ignore
    ]);
    for (const name of [made.id, toKey(made.uuid), made.uuid.toUpperCase()]) {
      expect(await cli.json('share', 'show', name)).toEqual(shown);
    }
    const { stdout } = await cli.run('share', 'show', made.id);
    expect(stdout).toMatch(/^status +active$/m);
    expect(stdout).toMatch(/^assets +1 of 2$/m);
    expect(stdout).toMatch(/unshared 2026-11-29 12:00:01 UTC/);
    expect(stdout).toMatch(/^ +bob@example.test$/m);
    expect(stdout).not.toContain('\u001b');
    for (const secret of secrets) expect(stdout + JSON.stringify(shown)).not.toContain(secret);
  });

  it('does not repeat what may be a link', async () => {
    await makeShare();
    const [token] = secrets as [string];
    for (const text of [token, `https://dam.example.test/s/${token}`]) {
      const { exitCode, stdout, stderr } = await cli.run('share', 'show', text, '--json');
      expect([exitCode, JSON.parse(stdout)]).toMatchObject([1, { error: { code: 'share_not_found' } }]);
      expect(stdout + stderr).not.toContain(token);
    }
  });
});

test('share visits lists who opened it, newest first', async () => {
  const share = await makeShare();
  expect((await cli.run('share', 'visits', share.id)).stdout).toBe('Nobody has opened it.\n');
  const address_hash = Buffer.alloc(32, 7);
  await db
    .insertInto('share_visits')
    .values([
      { share_id: share.id, at: at(0), kind: 'view', asset_id: null, user_id: null, address_hash },
      { share_id: share.id, at: at(1), kind: 'download', asset_id: assets[0]?.id ?? '', user_id: null, address_hash },
    ])
    .execute();
  const { visits } = await cli.json('share', 'visits', toKey(share.uuid));
  const hash = address_hash.toString('hex');
  expect(visits).toEqual([
    { at: at(1).toISOString(), kind: 'download', asset: assets[0]?.uuid, address_hash: hash },
    { at: at(0).toISOString(), kind: 'view', asset: null, address_hash: hash },
  ]);
  const { stdout } = await cli.run('share', 'visits', share.uuid, '--limit', '1');
  expect(stdout.split('\n')).toEqual([
    expect.stringMatching(/^AT +KIND +ADDRESS +ASSET$/),
    `2026-11-29 12:00:00  download  ${hash.slice(0, 12)}  ${assets[0]?.uuid ?? ''}`,
    'There are more: --limit lists them.',
    '',
  ]);
});

describe('share revoke', () => {
  const told = async (uuid: string) => {
    const history = await db.selectFrom('history').select(['kind', 'actor_id']).where('kind', '=', 'share_revoked').execute(); // prettier-ignore
    const events = await db.selectFrom('sync_events').select('data').where('data_key', '=', uuid).orderBy('cursor').execute(); // prettier-ignore
    return { history, events: events.map(({ data }) => (data as { status: string }).status) };
  };

  it('closes the share as DELETE does, tells of it once, and wakes the timer', async () => {
    const share = await makeShare();
    expect(await cli.json('share', 'revoke', share.id, '--as', owner.email)).toMatchObject({
      uuid: share.uuid,
      status: 'revoked',
      revoked_at: at(0).toISOString(),
      changed: true,
    });
    for (const id of [SHARE_EXPIRY_ID, MAIL_ID]) {
      const handle = temporal.client.workflow.getHandle(id);
      const { events } = await handle.fetchHistory();
      expect(events?.some((event) => event.workflowExecutionSignaledEventAttributes)).toBe(true);
      await handle.terminate('the test is over');
    }
    const once = { history: [{ kind: 'share_revoked', actor_id: owner.id }], events: ['active', 'revoked'] };
    expect(await told(share.uuid)).toEqual(once);
    clock += 1;
    const again = await alone.run('share', 'revoke', toKey(share.uuid));
    expect(again).toEqual({ exitCode: 0, stdout: `Share ${share.uuid} was revoked already.\n`, stderr: '' });
    expect(await told(share.uuid)).toEqual(once);
  });

  it('needs no Temporal, and says what follows later', async () => {
    const share = await makeShare();
    const { exitCode, stdout, stderr } = await alone.run('share', 'revoke', share.uuid);
    expect([exitCode, stdout]).toEqual([0, `Share ${share.uuid} is revoked: its link opens nothing any more.\n`]);
    expect(stderr).toMatch(/^longhaul: done in the store; the timer of shares hears of it within a minute \(.+\)\n$/);
    expect(await alone.json('share', 'show', share.uuid)).toMatchObject({ status: 'revoked' });
  });

  it('is for its owner, for who manages its project, and for administrators', async () => {
    const share = await makeShare();
    const manager = await createUser(db, { email: 'manager@example.test' });
    await grantAccess(db, spring.id, manager.ownTeamId, { canWrite: true });
    const refused = await alone.run('share', 'revoke', share.uuid, '--as', manager.email);
    expect([refused.exitCode, refused.stderr]).toEqual([1, `longhaul: there is no share "${share.uuid}" that manager@example.test may see\n`]); // prettier-ignore
    expect(await alone.json('share', 'show', share.uuid)).toMatchObject({ status: 'active' });
    await grantAccess(db, spring.id, manager.ownTeamId, { canManage: true });
    expect(await alone.json('share', 'revoke', share.uuid, '--as', manager.email)).toMatchObject({ changed: true });
  });
});
