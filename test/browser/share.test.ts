import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import sharp from 'sharp';
import { buildShareApp, PASSWORD, type ShareApp, type ShareOptions } from '../http/share/share-app';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createFolder, type TestThing } from '../support/fixtures';
import { choosePort } from '../support/ports';
import { expectNoViolations } from './support/axe';
import { launchChromium } from './support/chromium';

const WIDTHS = [1280, 390];
const SCHEMES = ['light', 'dark'] as const;
const EXPIRES_AT = '2031-06-30T22:59:00.000Z';

let database: TestDatabase;
let shares: ShareApp;
let browser: Browser;
let url: string;
let preview: Buffer;
/** Kept for people to look at when SCREENSHOTS names a directory. */
const kept = process.env['SCREENSHOTS'];
const directory = kept ?? mkdtempSync(join(tmpdir(), 'longhaul-screenshots-'));

beforeAll(async () => {
  mkdirSync(directory, { recursive: true });
  database = await createTestDatabase();
  url = `http://127.0.0.1:${String(await choosePort())}`;
  shares = await buildShareApp(database.store, url);
  await shares.app.listen({ host: '127.0.0.1', port: Number(new URL(url).port) });
  browser = await launchChromium();
  preview = await sharp({ create: { width: 800, height: 500, channels: 3, background: '#4682b4' } })
    .webp()
    .toBuffer();
});
afterAll(async () => {
  await browser.close();
  await shares.app.close();
  await database.drop();
  if (kept === undefined) rmSync(directory, { recursive: true });
});

async function open(options: BrowserContextOptions = {}): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({
    baseURL: url,
    locale: 'en-GB',
    timezoneId: 'America/New_York',
    ...options,
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { page, complaints };
}

async function share(options: ShareOptions = {}) {
  const made = await shares.share({ name: 'Spring campaign', expiresAt: new Date(EXPIRES_AT), ...options });
  for (const key of shares.objects.held.keys()) {
    if (key.endsWith('.webp')) shares.objects.held.set(key, { content: preview, modifiedAt: new Date() });
  }
  return made;
}

test('a wrong password is told, the right one opens the page, one file and all files come', async () => {
  const { path, assets } = await share({ password: PASSWORD });
  const { page, complaints } = await open();
  await page.goto(path);
  await page.getByLabel('Password').fill('wrong horse');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('This is not the password.').waitFor();
  await page.getByLabel('Password').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Spring campaign' }).waitFor();
  // In the words and the zone of the reader, who is in New York in summer.
  expect(await page.locator('time').textContent()).toBe('30 June 2031 at 18:59');
  const image = page.getByRole('img');
  await image.waitFor();
  expect(await image.evaluate((each: HTMLImageElement) => each.naturalWidth)).toBe(800);

  const [one] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /^Download .* 1$/ }).click()]); // prettier-ignore
  expect(one.suggestedFilename()).toBe('Sea.JPG');
  expect(readFileSync(await one.path(), 'utf8')).toBe(`content of file 0 of ${assets[0]?.id ?? ''}`);
  const [all] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download all files' }).click()]); // prettier-ignore
  expect(all.suggestedFilename()).toBe('Spring campaign.zip');
  const zip = readFileSync(await all.path());
  // It ends as a ZIP of two entries does.
  expect(zip.readUInt32LE(0)).toBe(0x04034b50);
  expect([zip.readUInt32LE(zip.length - 22), zip.readUInt16LE(zip.length - 22 + 10)]).toEqual([0x06054b50, 2]);
  expect(complaints.filter((text) => !text.includes('403'))).toEqual([]);
});

test('the page works with a keyboard only, and without a script', async () => {
  const { path } = await share({ password: PASSWORD });
  const { page } = await open({ javaScriptEnabled: false });
  await page.goto(path);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Spring campaign' }).waitFor();
  expect(await page.locator('time').textContent()).toBe('30 Jun 2031, 22:59:00 UTC');
  // To the ZIP, to the page of the first asset, and to its file.
  for (let tabs = 0; tabs < 3; tabs += 1) await page.keyboard.press('Tab');
  expect(await page.locator(':focus').getAttribute('aria-label')).toMatch(/^Download /);
});

test('a guest comments with a keyboard only, and without a script', async () => {
  const { path, assets } = await share({ permissions: ['view', 'comment'] });
  const { page } = await open({ javaScriptEnabled: false });
  await page.goto(path);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${url}${path}/assets/${assets[0]?.key ?? ''}`);
  await page.getByLabel('Your name').focus();
  await page.keyboard.type('Ann');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Brighter,');
  await page.keyboard.press('Enter');
  await page.keyboard.type('please.');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('listitem').filter({ hasText: 'Ann (guest, not verified)' }).waitFor();
  const { rows } = await database.store.pool.query('select guest_name, message from comments where asset_id = $1', [assets[0]?.id]); // prettier-ignore
  expect(rows).toEqual([{ guest_name: 'Ann', message: 'Brighter,\nplease.' }]);
});

/** A share of a folder with two assets, the first of which two have commented on. */
async function folderShare() {
  const made = await share({ permissions: ['view', 'download', 'comment'] });
  const { db } = database.store;
  const folder = await createFolder(db, { projectId: null, ownerId: shares.owner.id }, 'Outtakes of the second day');
  const [first, second] = made.assets as [TestThing, TestThing];
  await db.updateTable('assets').set({ parent_id: folder.id }).where('id', 'in', [first.id, second.id]).execute();
  await db.deleteFrom('share_assets').where('share_id', '=', made.id).where('asset_id', 'in', [first.id, second.id]).execute(); // prettier-ignore
  await db.insertInto('share_assets').values({ share_id: made.id, no: 9, asset_id: folder.id }).execute();
  const at = new Date('2031-06-01T10:00:00Z');
  const said = (guest_name: string, message: string) => ({ share_id: made.id, asset_id: first.id, guest_name, message, created_at: at, updated_at: at }); // prettier-ignore
  await db.insertInto('comments').values([
    said('Ann Lee', 'Could this be a little brighter?\nThe sky as well.'),
    said('Bob', `Fine: ${'averylongword'.repeat(12)}`),
  ]).execute(); // prettier-ignore
  return { path: made.path, folder: made.pathOf(folder, '').slice(0, -1), asset: made.pathOf(first, '').slice(0, -1) };
}

test('a link that has expired shows the page of all links that open nothing', async () => {
  const { path } = await share({ expiresAt: new Date(shares.clock.nowMs - 1) });
  const { page } = await open();
  const answer = await page.goto(path);
  expect(answer?.status()).toBe(404);
  await page.getByRole('heading', { name: 'This link does not work' }).waitFor();
});

describe.each(SCHEMES)('in the %s theme', (colorScheme) => {
  test.each(WIDTHS)('no page of %i pixels scrolls sideways, and axe finds nothing on it', async (width) => {
    const locked = await share({ password: PASSWORD });
    const expired = await share({ expiresAt: new Date(0) });
    const opened = await share({ name: 'Spring campaign with a very long name that has to wrap somewhere' });
    await database.store.db
      .updateTable('shares')
      .set({ message: 'Hello,\nhere are the pictures of the shoot.' })
      .where('id', '=', opened.id)
      .execute();
    const within = await folderShare();
    const { page } = await open({ colorScheme, viewport: { width, height: 844 }, bypassCSP: true });
    const paths = { locked: locked.path, gone: expired.path, open: opened.path };
    const all = { ...paths, top: within.path, folder: within.folder, asset: within.asset };
    for (const [name, path] of Object.entries(all)) {
      await page.goto(path);
      await page.waitForLoadState('networkidle');
      await page.screenshot({
        path: join(directory, `share-${name}-${colorScheme}-${String(width)}.png`),
        fullPage: true,
      });
      const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement);
      expect([name, scrollWidth]).toEqual([name, clientWidth]);
      await expectNoViolations(page, name);
    }
  });
});
