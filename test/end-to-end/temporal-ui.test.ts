import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { randomBytes } from 'node:crypto';
import { createSessions } from '../../src/http/session';
import { addApiKey } from '../../src/store/credentials';
import type { Store } from '../../src/store/database';
import { launchChromium } from '../browser/support/chromium';
import { makeCertificate } from '../support/certificate';
import { createUser } from '../support/fixtures';
import { startTlsFront } from '../support/tls-front';
import { createApi, type Api } from './support/api';
import { createInstallation, type Installation } from './support/installation';
import { createLibrary, fillFolder, type Library } from './support/library';
import { createOpened } from './support/opened';
import { until } from './support/until';

const SESSION_SECRET = 'a secret of at least thirty-two characters';
/** What the UI keeps of the settings that people make in its dialog "Codec Server". */
const SETTINGS = ['overrideRemoteCodecConfiguration', 'includeCredentials'];

const opened = createOpened();
let installation: Installation;
let store: Store;
let library: Library;
let api: Api;
let facadeUrl: string;
let uiUrl: string;

beforeAll(async () => {
  const certificate = makeCertificate('localhost');
  const facade = opened.keep(await startTlsFront(certificate, () => Number(installation.env['PORT'])));
  const ui = opened.keep(await startTlsFront(certificate, () => Number(installation.env['TEMPORAL_UI_PORT'])));
  facadeUrl = `https://localhost:${String(facade.port)}`;
  uiUrl = `https://localhost:${String(ui.port)}`;
  installation = opened.keep(
    await createInstallation({
      PAYLOAD_KEYS: `first:${randomBytes(32).toString('base64')}`,
      SESSION_SECRET,
      PUBLIC_URL: facadeUrl,
      TEMPORAL_UI_URL: uiUrl,
    }),
  );
  await installation.start('server');
  await installation.start('worker');
  store = await installation.openStore();
  library = await createLibrary(store.db);
  api = opened.keep(createApi(installation.url, library.apiKey));
});
afterAll(() => opened.closeAll());

test('behind TLS the Temporal UI shows what payloads say to whoever is signed in to Longhaul, and to nobody else', async () => {
  const { source, target } = await fillFolder(store.db, library, 10);
  const token = await api.move(library.project.uuid, target.uuid, [{ children: source.uuid }]);
  await until('the job is done', async () => (await api.job(token)).state === 'done');

  const stranger = await openRun(token, false);
  await until('the UI has asked in vain', () => stranger.answers.includes(401));
  expect(await stranger.page.content()).not.toContain(target.uuid);
  expect(stranger.answers).not.toContain(200);

  const { page, answers } = await openRun(token, true);
  await until('the UI is answered', () => answers.includes(200));
  await saveScreenshot(page, 'temporal-ui-run');
  await page.getByText(target.uuid).filter({ visible: true }).first().waitFor();
  await saveScreenshot(page, 'temporal-ui-decoded');
  await page.getByText('succeeded').filter({ visible: true }).first().waitFor();
});

interface Opened {
  readonly page: Page;
  /** What the façade answered to it, as statuses. */
  readonly answers: readonly number[];
}

/** The page of a run, with the settings of the codec server that the documentation tells. */
async function openRun(workflowId: string, isSignedIn: boolean): Promise<Opened> {
  const browser = opened.keep(await launchChromium());
  const context = await browser.newContext({ viewport: { width: 1_400, height: 1_400 }, ignoreHTTPSErrors: true });
  if (isSignedIn) {
    const admin = await createUser(store.db, { admin: true });
    const sessions = createSessions({ pool: store.pool, secret: SESSION_SECRET, publicUrl: facadeUrl, now: Date.now });
    const value = (await sessions.open(await addApiKey(store.db, admin.id))) ?? '';
    const { name } = sessions.cookie;
    await context.addCookies([{ name, value, url: facadeUrl, httpOnly: true, secure: true, sameSite: 'Strict' }]);
  }
  await context.addInitScript(
    ([names, endpoint]) => {
      for (const name of names) localStorage.setItem(name, 'true');
      localStorage.setItem('endpoint', JSON.stringify(endpoint));
    },
    [SETTINGS, `${facadeUrl}/api/temporal-codec`] as const,
  );
  const page = await context.newPage();
  const answers: number[] = [];
  page.on('response', (response) => {
    if (response.url().includes('/temporal-codec/decode')) answers.push(response.status());
  });
  await page.goto(`${uiUrl}/namespaces/default/workflows/${workflowId}`);
  return { page, answers };
}

async function saveScreenshot(page: Page, name: string): Promise<void> {
  const directory = process.env['SCREENSHOTS'];
  if (directory === undefined || directory === '') return;
  mkdirSync(directory, { recursive: true });
  await page.screenshot({ path: join(directory, `${name}.png`) });
}
