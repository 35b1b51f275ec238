import { randomBytes, randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { createSessions } from '../../src/http/session';
import { addApiKey } from '../../src/store/credentials';
import type { Store } from '../../src/store/database';
import { launchChromium } from '../browser/support/chromium';
import { createUser } from '../support/fixtures';
import { type Api, createApi } from './support/api';
import { createInstallation, type Installation } from './support/installation';
import { readKept } from './support/kept-by-temporal';
import { createLibrary, fillFolder, type Library } from './support/library';
import { createOpened } from './support/opened';
import type { RootProcess } from './support/root-process';
import { testUnlessLeftOut } from './support/shape';
import { runTemporalCli } from './support/temporal-cli';
import { until } from './support/until';

const MARKER = 'marker-7c1e5b';
const SESSION_SECRET = 'a secret of at least thirty-two characters';
const keyText = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const FIRST_KEY = keyText('first');

const opened = createOpened();
let installation: Installation;
let roots: readonly RootProcess[];
let store: Store;
let library: Library;
let api: Api;
let adminKey: string;

beforeAll(async () => {
  installation = opened.keep(await createInstallation({ PAYLOAD_KEYS: FIRST_KEY, SESSION_SECRET }));
  roots = [await installation.start('server'), await installation.start('worker')];
  store = await installation.openStore();
  library = await createLibrary(store.db);
  api = opened.keep(createApi(installation.url, library.apiKey));
  adminKey = await addApiKey(store.db, (await createUser(store.db, { admin: true })).id);
});
afterAll(() => opened.closeAll());

test('nothing of what workflows are given, answer or fail with can be read in what Temporal keeps', async () => {
  const { source, target } = await fillFolder(store.db, library, 2_500);
  const token = await api.move(library.project.uuid, target.uuid, [{ children: source.uuid }]);
  await untilDone(token);
  const refused = randomUUID();
  const input = JSON.stringify({ project: library.project.uuid, requested_by: `${MARKER}@example.test`, [MARKER]: 1 });
  const start = ['workflow', 'execute', '--type', 'bulkMoveWorkflow', '--task-queue', 'longhaul'];
  const failed = await runTemporalCli(installation, [...start, '--workflow-id', refused, '--input', input, ...codecOptions()]); // prettier-ignore
  expect(failed.code).not.toBe(0);
  expect(failed.stdout + failed.stderr).not.toContain(MARKER);
  expect(await readHistory(refused, codecOptions())).toContain(MARKER);

  const kept = await readKept(installation);
  expect(kept.some((bytes) => bytes.includes(token))).toBe(true);
  for (const secret of [MARKER, target.uuid, source.uuid, 'Bulk move in project', 'succeeded']) {
    expect([secret, kept.some((bytes) => bytes.includes(secret))]).toEqual([secret, false]);
  }
});

testUnlessLeftOut(
  'an operator reads it through the codec server, with the Temporal CLI and from pages of the Temporal UI',
  async () => {
    const { source, target } = await fillFolder(store.db, library, 10);
    const token = await api.move(library.project.uuid, target.uuid, [{ children: source.uuid }]);
    await untilDone(token);
    expect(await readHistory(token, [])).not.toContain(target.uuid);
    expect(await readHistory(token, codecOptions())).toContain(target.uuid);

    const page = await openUi(token);
    const { status, body } = await page.evaluate(
      async ([url, payload, namespace]) => {
        const answer = await fetch(url ?? '', {
          method: 'POST',
          credentials: 'include',
          headers: { 'content-type': 'application/json', 'x-namespace': namespace ?? '' },
          body: payload ?? '',
        });
        return { status: answer.status, body: await answer.text() };
      },
      [
        `${installation.url}/api/temporal-codec/decode`,
        JSON.stringify({ payloads: await readInput(token) }),
        installation.namespace,
      ],
    );
    expect(status).toBe(200);
    const { payloads } = JSON.parse(body) as { payloads: { data: string }[] };
    expect(Buffer.from(payloads[0]?.data ?? '', 'base64').toString()).toContain(target.uuid);
  },
);

test('after a change of the key jobs go on, and what the old one has sealed is read', async () => {
  const { source, target } = await fillFolder(store.db, library, 10);
  const first = await api.move(library.project.uuid, target.uuid, [{ children: source.uuid }]);
  await api.act(first, 'pause');
  const keys = { PAYLOAD_KEYS: `${keyText('second')},${FIRST_KEY}` };
  const again = await createSecondLife(keys);
  await again.api.act(first, 'resume');
  await untilDone(first, again.api);
  expect(await readHistory(first, codecOptions())).toContain(target.uuid);
  const keyIds = await readKeyIds(first);
  expect([...new Set(keyIds)]).toEqual(['first', 'second']);
});

/** Façade and worker as they are started again with other keys. */
async function createSecondLife(keys: Readonly<Record<string, string>>) {
  for (const root of roots) await root.end('SIGTERM');
  roots = [await installation.start('server', keys), await installation.start('worker', keys)];
  return { api: opened.keep(createApi(installation.url, library.apiKey)) };
}

interface HistoryEvents {
  readonly events: readonly unknown[];
}

/** All that the payloads of a workflow say. */
async function readHistory(workflowId: string, options: readonly string[]): Promise<string> {
  const texts: string[] = [];
  collect(await showWorkflow(workflowId, options), 'data', texts);
  return texts.map((text) => Buffer.from(text, 'base64').toString()).join('\n');
}

/** The ids of the keys, in the order of the history. */
async function readKeyIds(workflowId: string): Promise<readonly string[]> {
  const texts: string[] = [];
  collect(await showWorkflow(workflowId, []), 'encryption-key-id', texts);
  return texts.map((text) => Buffer.from(text, 'base64').toString());
}

/** The input of a workflow as Temporal keeps it. */
async function readInput(workflowId: string): Promise<unknown> {
  const { events } = await showWorkflow(workflowId, []);
  const [first] = events as { workflowExecutionStartedEventAttributes?: { input: { payloads: unknown } } }[];
  return first?.workflowExecutionStartedEventAttributes?.input.payloads;
}

async function showWorkflow(workflowId: string, options: readonly string[]): Promise<HistoryEvents> {
  const { code, stdout, stderr } = await runTemporalCli(installation, ['workflow', 'show', '--workflow-id', workflowId, '--output', 'json', ...options]); // prettier-ignore
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as HistoryEvents;
}

function collect(value: unknown, name: string, found: string[]): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    if (key === name && typeof child === 'string') found.push(child);
    else collect(child, name, found);
  }
}

/** The page of a workflow, for an operator who is signed in to the façade. */
async function openUi(workflowId: string): Promise<Page> {
  const browser = opened.keep(await launchChromium());
  const context = await browser.newContext({ viewport: { width: 1_400, height: 1_000 } });
  const sessions = createSessions({
    pool: store.pool,
    secret: SESSION_SECRET,
    publicUrl: installation.url,
    now: Date.now,
  });
  const value = (await sessions.open(adminKey)) ?? '';
  await context.addCookies([
    { name: sessions.cookie.name, value, url: installation.url, httpOnly: true, sameSite: 'Strict' },
  ]);
  const page = await context.newPage();
  const ui = installation.temporalServers()[0]?.uiUrl ?? '';
  await page.goto(`${ui}/namespaces/${installation.namespace}/workflows/${workflowId}`);
  return page;
}

function codecOptions(): readonly string[] {
  return ['--codec-endpoint', `${installation.url}/api/temporal-codec`, '--codec-auth', `Bearer ${adminKey}`];
}

async function untilDone(token: string, asked = api): Promise<void> {
  await until(`job ${token} is done`, async () => (await asked.job(token)).state === 'done');
}
