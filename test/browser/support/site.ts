import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { choosePort } from '../../support/ports';
import { createPageLibrary, type PageLibrary } from '../../http/pages/page-library';
import { buildPagesApp, type PagesApp } from '../../http/pages/pages-app';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { launchChromium } from './chromium';

/** A façade that listens, a library with a person who may sign in, and a browser. */
export interface Site {
  readonly url: string;
  readonly database: TestDatabase;
  readonly library: PageLibrary;
  readonly pages: PagesApp;
  /** A browser profile of its own; with `signedIn` it has a session. */
  open(options?: BrowserContextOptions & { readonly signedIn?: boolean }): Promise<Page>;
  close(): Promise<void>;
}

/** Under what jest allows a test, so that it is told what was waited for. */
const WAIT_MS = 15_000;

/** What a page complained of: refused content, errors of scripts, requests that failed. */
export const complaintsOf = new WeakMap<Page, string[]>();

export async function openSite(): Promise<Site> {
  const database = await createTestDatabase();
  const url = `http://127.0.0.1:${String(await choosePort())}`;
  const pages = await buildPagesApp(database.store, { publicUrl: url });
  const library = await createPageLibrary(database.store, { email: 'ada.lovelace@example.test', projectName: 'Spring campaign' }); // prettier-ignore
  await pages.app.listen({ host: '127.0.0.1', port: Number(new URL(url).port) });
  const browser: Browser = await launchChromium();
  const contexts: BrowserContext[] = [];
  return {
    url,
    database,
    library,
    pages,
    open: async ({ signedIn = true, ...options } = {}) => {
      const context = await browser.newContext({ baseURL: url, locale: 'en-GB', ...options });
      contexts.push(context);
      context.setDefaultTimeout(WAIT_MS);
      if (signedIn) await context.addCookies([toCookie(await pages.signIn(library.apiKey), url)]);
      const page = await context.newPage();
      listen(page);
      return page;
    },
    close: async () => {
      for (const context of contexts) await context.close();
      await browser.close();
      await pages.app.close();
      await database.drop();
    },
  };
}

function toCookie(pair: string, url: string) {
  const [name = '', value = ''] = pair.split('=');
  return { name, value, url, httpOnly: true, sameSite: 'Strict' as const };
}

function listen(page: Page): void {
  const complaints: string[] = [];
  complaintsOf.set(page, complaints);
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith('http://127.0.0.1:') && !request.url().startsWith('data:')) complaints.push(`asked for ${request.url()}`); // prettier-ignore
  });
}
