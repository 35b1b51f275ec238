import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { createAssets, type TestThing } from '../support/fixtures';
import { putIntoTrash } from '../support/put-into-trash';
import { fillTrash, type FilledTrash } from './support/fill-trash';
import { expectNoViolations } from './support/axe';
import { complaintsOf, openSite, type Site } from './support/site';

let site: Site;
let filled: FilledTrash;
/** Kept for people to look at when SCREENSHOTS names a directory. */
const kept = process.env['SCREENSHOTS'];
const directory = kept ?? mkdtempSync(join(tmpdir(), 'longhaul-screenshots-'));

beforeAll(async () => {
  mkdirSync(directory, { recursive: true });
  site = await openSite();
  filled = await fillTrash(site);
});
afterAll(async () => {
  await site.close();
  if (kept === undefined) rmSync(directory, { recursive: true });
});

const row = (page: Page, { uuid }: TestThing) => page.locator(`[id="asset-${uuid}"]`);
const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent.trim());

async function trash(title: string): Promise<TestThing> {
  const { db } = site.database.store;
  const [asset] = await createAssets(db, { projectId: site.library.project.id, ownerId: site.library.user.id }, 1, title); // prettier-ignore
  if (asset === undefined) throw new Error('no asset was made');
  await putIntoTrash(db, asset, new Date());
  return asset;
}

async function tabTo(page: Page, words: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await focused(page)) === words) return;
  }
  throw new Error(`no focus on ${words} after 60 presses`);
}

test('somebody with a keyboard only finds the trash and restores a thing', async () => {
  const asset = await trash('keyed');
  const page = await site.open();
  await page.goto('/jobs');
  await tabTo(page, 'Trash');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/trash');
  expect(await page.getByRole('link', { name: 'Trash' }).getAttribute('aria-current')).toBe('page');
  await tabTo(page, 'Restore keyed 1');
  const outline = await page.evaluate(() => document.activeElement && getComputedStyle(document.activeElement).outline);
  expect(outline).toMatch(/solid 2px|2px solid/);
  await page.keyboard.press('Enter');
  await page.getByText('keyed 1 is back at the root of Spring campaign.').waitFor();
  expect(await row(page, asset).count()).toBe(0);
  expect(complaintsOf.get(page)).toEqual([]);
});

test('boxes are ticked by keyboard, and one button brings all of them back', async () => {
  const things = [await trash('first'), await trash('second')];
  const left = await trash('third');
  const page = await site.open();
  await page.goto('/trash');
  for (const { uuid } of things) {
    await page.locator(`[name="pick-${uuid}"]`).focus();
    await page.keyboard.press('Space');
  }
  await page.keyboard.press('Enter');
  await page.getByText('2 items came back:').waitFor();
  for (const thing of things) expect(await row(page, thing).count()).toBe(0);
  expect(await row(page, left).count()).toBe(1);
});

test('a refusal stands beside the thing, and the notice leads there', async () => {
  const page = await site.open();
  await page.goto('/trash');
  await row(page, filled.stuck).getByRole('button').click();
  await page.getByRole('alert').getByText('Sheet 1').waitFor();
  const reason = row(page, filled.stuck).getByText('Its folder is in the trash: restore that folder first.');
  expect(await reason.isVisible()).toBe(true);
  await page.getByRole('alert').getByRole('link').click();
  expect(new URL(page.url()).hash).toBe(`#asset-${filled.stuck.uuid}`);
  expect((complaintsOf.get(page) ?? []).filter((text) => !text.includes('400'))).toEqual([]);
});

describe('without JavaScript', () => {
  test('the list is narrowed, and a thing comes back to where it lay', async () => {
    const page = await site.open({ javaScriptEnabled: false });
    await page.goto('/trash');
    await page.getByLabel('Project').selectOption('Spring campaign');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.waitForURL(`**/trash?project=${site.library.project.uuid}`);
    await row(page, filled.poster).getByRole('button').click();
    await page.getByText('Poster 1 is back in “Keepers”, Spring campaign.').waitFor();
    expect(await page.getByLabel('Project').inputValue()).toBe(site.library.project.uuid);
  });

  test('a big folder comes back by a job, to which the notice leads', async () => {
    const page = await site.open({ javaScriptEnabled: false });
    await page.goto('/trash');
    await page.getByRole('button', { name: 'Restore Archive' }).click();
    await page.getByRole('link', { name: 'a job brings it back' }).click();
    await page.waitForURL('**/jobs/*');
    await page.getByRole('heading', { name: 'Restore' }).waitFor();
  });
});

/** After a wish that was granted in part: every form that the page takes. */
async function openFullPage(page: Page): Promise<void> {
  const granted = [await trash('granted'), await trash('granted too')];
  await page.goto('/trash');
  for (const { uuid } of [...granted, filled.stuck]) await page.locator(`[name="pick-${uuid}"]`).check();
  await page.getByRole('button', { name: 'Restore what is ticked' }).click();
  await page.getByText('2 items came back:').waitFor();
}

describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
  test.each([1280, 390])('the page of %i pixels does not scroll sideways, and axe finds nothing', async (width) => {
    const viewport = { width, height: width === 390 ? 844 : 900 };
    const page = await site.open({ colorScheme, viewport, bypassCSP: true });
    await openFullPage(page);
    await page.screenshot({ path: join(directory, `trash-full-${colorScheme}-${String(width)}.png`), fullPage: true });
    const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement);
    expect(scrollWidth).toBe(clientWidth);
    await expectNoViolations(page, 'trash');
    await page.goto('/trash?cursor=9000000000000-1');
    await page.screenshot({ path: join(directory, `trash-empty-${colorScheme}-${String(width)}.png`), fullPage: true });
    await expectNoViolations(page, 'empty');
  });
});
