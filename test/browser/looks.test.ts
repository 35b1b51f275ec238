import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expectNoViolations } from './support/axe';
import { hangGallery } from './support/gallery';
import { complaintsOf, openSite, type Site } from './support/site';

const WIDTHS = [1280, 390];
const SCHEMES = ['light', 'dark'] as const;

let site: Site;
let gallery: Readonly<Record<string, string>>;
/** Kept for people to look at when SCREENSHOTS names a directory. */
const kept = process.env['SCREENSHOTS'];
const directory = kept ?? mkdtempSync(join(tmpdir(), 'longhaul-screenshots-'));

beforeAll(async () => {
  mkdirSync(directory, { recursive: true });
  site = await openSite();
  gallery = await hangGallery(site);
});
afterAll(async () => {
  await site.close();
  if (kept === undefined) rmSync(directory, { recursive: true });
});

async function forEachPage(page: Page, look: (name: string) => Promise<void>): Promise<number> {
  let seen = 0;
  for (const [name, path] of [...Object.entries(gallery), ['login', '/login']] as const) {
    if (name === 'login') await page.context().clearCookies();
    await page.goto(path);
    await look(name);
    seen += 1;
  }
  return seen;
}

describe.each(SCHEMES)('in the %s theme', (colorScheme) => {
  test.each(WIDTHS)('no page of %i pixels scrolls sideways or breaks the policy', async (width) => {
    const page = await site.open({ colorScheme, viewport: { width, height: width === 390 ? 844 : 900 } });
    const seen = await forEachPage(page, async (name) => {
      await page.screenshot({ path: join(directory, `${name}-${colorScheme}-${String(width)}.png`), fullPage: true });
      const { scrollWidth, clientWidth } = await page.evaluate(() => ({ scrollWidth: document.documentElement.scrollWidth, clientWidth: document.documentElement.clientWidth })); // prettier-ignore
      expect([name, scrollWidth]).toEqual([name, clientWidth]);
    });
    expect(seen).toBe(Object.keys(gallery).length + 1);
    expect((complaintsOf.get(page) ?? []).filter((text) => !text.includes('404'))).toEqual([]);
  });

  test.each(WIDTHS)('axe finds nothing on any page of %i pixels', async (width) => {
    const page = await site.open({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
    await forEachPage(page, async (name) => {
      for (const summary of await page.locator('summary').all()) await summary.click();
      await expectNoViolations(page, name);
    });
  });
});
