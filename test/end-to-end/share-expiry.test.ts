import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { request } from 'undici';
import type { Store } from '../../src/store/database';
import { createAssets } from '../support/fixtures';
import { type Api, createApi } from './support/api';
import { createInstallation, type Installation } from './support/installation';
import { createLibrary, type Library } from './support/library';
import { createOpened } from './support/opened';
import type { RootProcess } from './support/root-process';
import { readTemporalCli } from './support/temporal-cli';
import { until } from './support/until';

const EXPIRES_IN_MS = 8_000;
const opened = createOpened();
let installation: Installation;
let facade: RootProcess;
let worker: RootProcess;
let store: Store;
let library: Library;
let api: Api;

beforeAll(async () => {
  installation = opened.keep(await createInstallation({ LOG_LEVEL: 'trace' }));
  facade = await installation.start('server');
  worker = await installation.start('worker');
  store = await installation.openStore();
  library = await createLibrary(store.db);
  api = opened.keep(createApi(installation.url, library.apiKey));
});
afterAll(() => opened.closeAll());

interface ShareAnswer {
  readonly id: string;
  readonly sharedLink: string;
  readonly sharedStatus: string;
}

async function share(expiresAt: Date, recipient: string): Promise<ShareAnswer> {
  const [asset] = await createAssets(store.db, { projectId: library.project.id, ownerId: library.user.id }, 1);
  const path = `/api/asset/${asset?.uuid ?? ''}/share`;
  const body = { name: 'Rushes', expirationDate: expiresAt.toISOString(), nomadUsers: [{ email: recipient }] };
  return (await api.post<ShareAnswer>(path, body)).body;
}

/** The mails on the disk to that address, as text. */
function mailsTo(address: string): readonly string[] {
  const directory = join(installation.dataDir, 'mail');
  const names = readdirSync(directory, { recursive: true }).map(String).filter((name) => name.endsWith('.eml')); // prettier-ignore
  return names
    .map((name) => readFileSync(join(directory, name), 'utf8'))
    .filter((text) => text.includes(`To: ${address}`));
}

const statusOf = async (link: string) => {
  const answer = await request(link);
  await answer.body.dump();
  return answer.statusCode;
};

test('a link is mailed, opens, closes at its instant with the worker killed, and what follows comes once', async () => {
  const recipient = 'reader@example.test';
  const expiresAt = new Date(Date.now() + EXPIRES_IN_MS);
  const { id, sharedLink } = await share(expiresAt, recipient);
  await until('the invitation is written', () => mailsTo(recipient).length > 0);
  expect(mailsTo(recipient)).toEqual([expect.stringContaining(sharedLink.split('/s/')[1] ?? sharedLink)]);
  expect(await statusOf(sharedLink)).toBe(200);
  const told = await store.db.selectFrom('mails').select('data').execute();
  expect(JSON.stringify(told)).not.toContain('linkSealed');

  await worker.end('SIGKILL');
  await until('it has expired', () => Date.now() > expiresAt.getTime());
  expect(await statusOf(sharedLink)).toBe(404);
  // Nobody has got to it yet, and still it is told as what it is.
  expect((await api.get<ShareAnswer>(`/api/shares/${id}`)).body).toMatchObject({ sharedStatus: 'expired' });
  expect(mailsTo(library.user.email)).toEqual([]);

  worker = await installation.start('worker');
  await until('the owner is told', () => mailsTo(library.user.email).length > 0);
  const history = await store.db.selectFrom('history').select('kind').where('kind', '=', 'share_expired').execute();
  expect(history).toHaveLength(1);
  const row = await store.db.selectFrom('shares').selectAll().where('uuid', '=', id).executeTakeFirstOrThrow();
  expect(row).toMatchObject({ status: 'expired', expired_at: expiresAt });
  expect([mailsTo(library.user.email).length, mailsTo(recipient).length]).toEqual([1, 1]);
});

test('one timer serves all shares, an earlier one wakes it, and no token is in its history or in a log', async () => {
  const later = await share(new Date(Date.now() + 3_600_000), 'later@example.test');
  const sooner = await share(new Date(Date.now() + 4_000), 'sooner@example.test');
  await until('the sooner one is settled', async () => {
    const rows = await store.db.selectFrom('shares').select('status').where('uuid', '=', sooner.id).execute();
    return rows[0]?.status === 'expired';
  });
  expect(await statusOf(later.sharedLink)).toBe(200);
  const listed = await readTemporalCli(installation, ['workflow', 'list', '--query', "WorkflowType='shareExpiryWorkflow' AND ExecutionStatus='Running'"]); // prettier-ignore
  expect(listed).toHaveLength(1);
  const token = later.sharedLink.split('/s/')[1] ?? 'none';
  const shown = JSON.stringify(
    await readTemporalCli(installation, ['workflow', 'show', '-w', 'longhaul-share-expiry']),
  );
  for (const text of [shown, facade.output(), worker.output()]) expect(text).not.toContain(token);
});

const inMs = (ms: number) => new Date(Date.now() + ms);
const rowOf = (uuid: string) =>
  store.db.selectFrom('shares').select(['status', 'expires_at']).where('uuid', '=', uuid).executeTakeFirstOrThrow();
const mailsAbout = async (uuid: string) => {
  const { rows } = await sql<{ template: string }>`
    select template from mails where data->'share'->>'uuid' = ${uuid} and template <> 'share_invitation'`.execute(
    store.db,
  );
  return rows.map(({ template }) => template);
};

test('while the timer sleeps a share may be extended, shortened or revoked', async () => {
  const [extended, revoked] = [await share(inMs(6_000), 'a@example.test'), await share(inMs(6_000), 'b@example.test')];
  const shortened = await share(inMs(3_600_000), 'c@example.test');
  const untilAt = inMs(3_600_000);
  const answers = [
    await api.patch(`/api/shares/${extended.id}`, { expirationDate: untilAt.toISOString() }),
    await api.delete(`/api/shares/${revoked.id}`),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, expect.any(Number)]);
  // After the instants at which the other two were to expire.
  const { status } = await api.patch(`/api/shares/${shortened.id}`, { expirationDate: inMs(8_000).toISOString() });
  expect(status).toBe(200);
  await until('the shortened one is settled', async () => (await rowOf(shortened.id)).status === 'expired');
  await until('its owner is told', async () => (await mailsAbout(shortened.id)).length > 0);
  expect(await rowOf(extended.id)).toEqual({ status: 'active', expires_at: untilAt });
  expect(await rowOf(revoked.id)).toMatchObject({ status: 'revoked' });
  expect(await statusOf(extended.sharedLink)).toBe(200);
  expect([await mailsAbout(extended.id), await mailsAbout(revoked.id)]).toEqual([[], []]);
  expect(await mailsAbout(shortened.id)).toEqual(['share_expired']);
});

test('the owner is told a day before, once, by a mail that is really sent', async () => {
  const notices = () => mailsTo(library.user.email).filter((text) => text.includes('To keep it open'));
  const { id, sharedLink } = await share(inMs(3 * 86_400_000), 'd@example.test');
  const { rows } = await sql<{ hours: string }>`
    select extract(epoch from expires_at - notice_at) / 3600 as hours from shares where uuid = ${id}`.execute(store.db);
  expect(Number(rows[0]?.hours)).toBe(24);
  await sql`update shares set notice_at = now() + interval '1 second' where uuid = ${id}`.execute(store.db);
  await share(inMs(3_600_000), 'e@example.test');
  await until('the mail is on the disk', () => notices().length > 0);
  expect(notices()).toHaveLength(1);
  expect(await mailsAbout(id)).toEqual(['share_expiring']);
  expect(await rowOf(id)).toMatchObject({ status: 'active' });
  expect(await statusOf(sharedLink)).toBe(200);
});
