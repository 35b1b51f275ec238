import type { Page } from 'playwright-core';
import { complaintsOf, openSite, type Site } from './support/site';

let site: Site;

beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

const text = (page: Page, selector: string) => page.locator(selector).innerText();
const countsOf = async (page: Page) => {
  const names = ['total', 'succeeded', 'skipped', 'failed', 'remaining'];
  const texts = await Promise.all(names.map((name) => text(page, `.counts [data-count=${name}]`)));
  return texts.map((each) => Number(each.replaceAll(',', '')));
};
const badge = (page: Page, words: string) => page.locator('.heading .badge', { hasText: new RegExp(`^${words}$`) });

test('somebody with a keyboard only signs in, finds a job and pauses it', async () => {
  const job = await site.library.startJob(20);
  const page = await site.open({ signedIn: false });
  await page.goto(`/jobs/${job.token}`);
  expect(new URL(page.url()).pathname).toBe('/login');
  // The field has the focus already.
  await page.keyboard.type(site.library.apiKey);
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/jobs/${job.token}`);
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.textContent.trim())).toBe('Skip to the content');
  await page.keyboard.press('Enter');
  for (let presses = 0; presses < 6; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate(() => document.activeElement?.id)) === 'pause') break;
  }
  const outline = await page.evaluate(() => document.activeElement && getComputedStyle(document.activeElement).outline);
  expect(outline).toMatch(/solid 2px|2px solid/);
  await page.keyboard.press('Enter');
  await badge(page, 'Paused').waitFor();
  expect(await text(page, '.reason')).toBe(`Paused by ${site.library.user.email}`);
});

test('a wrong key leaves the form, says so, and shows nothing of the key', async () => {
  const page = await site.open({ signedIn: false });
  await page.goto('/login');
  await page.getByLabel('API key', { exact: true }).fill('lh_wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  expect(await page.getByRole('alert').innerText()).toContain('This API key is not valid');
  expect(await page.getByLabel('API key', { exact: true }).inputValue()).toBe('');
});

test('the list leads to a job', async () => {
  const job = await site.library.startJob(5);
  const page = await site.open();
  await page.goto('/jobs');
  await page.getByLabel('State').selectOption('Running');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.waitForURL('**/jobs?state=running**');
  await page.locator('.job', { hasText: job.token }).click();
  await page.waitForURL(`**/jobs/${job.token}`);
});

test('the numbers of a job move while it is looked at, and are those of a page that is loaded anew', async () => {
  const job = await site.library.startJob(3_500);
  const page = await site.open();
  await page.goto(`/jobs/${job.token}`);
  await page.evaluate(() => ((globalThis as { untouched?: boolean }).untouched = true));
  expect(await countsOf(page)).toEqual([3_500, 0, 0, 0, 3_500]);
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(new URL(request.url()).pathname));
  for (const moved of [1_000, 2_000, 3_000]) {
    await site.library.moveChunk(job);
    await page.locator('.counts [data-count=succeeded]', { hasText: moved.toLocaleString('en-GB') }).waitFor();
    expect(await countsOf(page)).toEqual([3_500, moved, 0, 0, 3_500 - moved]);
  }
  expect(fetched.filter((path) => path === `/jobs/${job.token}`)).toEqual([]);
  expect(await page.getByRole('progressbar').getAttribute('aria-valuetext')).toBe('85 %, 3,000 of 3,500 done');
  expect(await page.locator('#announcer').innerText()).toBe('80 % done');
  const standing = async (shown: Page) =>
    (await shown.locator('#job section').first().innerHTML()).replace(/ data-live="(?:rate|eta|reason)">[^<]*/g, '').replace(/value="[0-9a-f-]{36}"/g, ''); // prettier-ignore
  const again = await site.open();
  await again.goto(`/jobs/${job.token}`);
  expect(await standing(page)).toBe(await standing(again));

  await site.library.finishJob(job);
  await badge(page, 'Done').waitFor();
  expect(await countsOf(page)).toEqual([3_500, 3_500, 0, 0, 0]);
  expect(await page.getByRole('button').or(page.locator('summary')).allInnerTexts()).toEqual(['Sign out', 'Undo…']);
  expect(await page.title()).toBe('Done: Bulk move · Longhaul');
  expect(await page.evaluate(() => (globalThis as { untouched?: boolean }).untouched)).toBe(true);
  expect(complaintsOf.get(page)).toEqual([]);
});

test('pause, resume and cancel by mouse', async () => {
  const job = await site.library.startJob(2_500);
  const page = await site.open();
  await page.goto(`/jobs/${job.token}`);
  await page.getByRole('button', { name: 'Pause' }).click();
  await badge(page, 'Paused').waitFor();
  await page.getByRole('button', { name: 'Resume' }).click();
  await badge(page, 'Running').waitFor();
  await page.getByText('Cancel…').click();
  await page.getByRole('button', { name: 'Cancel this job' }).click();
  await badge(page, 'Cancelled').waitFor();
  expect(await countsOf(page)).toEqual([2_500, 0, 0, 0, 2_500]);
});

test('what another person does shows by itself, and the focus stays', async () => {
  const job = await site.library.startJob(2_500);
  const page = await site.open();
  await page.goto(`/jobs/${job.token}`);
  await page.locator('#cancel').focus();
  await site.library.pauseJob(job);
  await badge(page, 'Paused').waitFor();
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('cancel');
  expect(await page.locator('#announcer').innerText()).toBe('The job is paused now.');
});

test('a session that ends while a job is looked at leads to the login page', async () => {
  const job = await site.library.startJob(2_500);
  const page = await site.open();
  await page.goto(`/jobs/${job.token}`);
  await page.context().clearCookies();
  await site.library.pauseJob(job);
  await page.waitForURL(/\/login\?next=/);
});

describe('without JavaScript', () => {
  test('a job is steered, and its page loads itself again', async () => {
    const job = await site.library.startJob(2_500);
    const page = await site.open({ javaScriptEnabled: false });
    await page.goto(`/jobs/${job.token}`);
    expect(await page.locator('noscript meta[http-equiv=refresh]').getAttribute('content')).toBe('5');
    await page.getByRole('button', { name: 'Pause' }).click();
    await badge(page, 'Paused').waitFor();
    await page.locator('summary', { hasText: 'Cancel…' }).click();
    await page.getByRole('button', { name: 'Cancel this job' }).click();
    await badge(page, 'Cancelled').waitFor();
    expect(await page.locator('noscript meta').count()).toBe(0);
  });

  test('an ended job is undone by a job of its own', async () => {
    const job = await site.library.createMixedJob();
    const page = await site.open({ javaScriptEnabled: false });
    await page.goto(`/jobs/${job.token}`);
    await page.locator('summary', { hasText: 'Undo…' }).click();
    await page.getByRole('button', { name: 'Undo this job' }).click();
    await page.getByRole('heading', { name: 'Undo of a bulk move' }).waitFor();
    await page.locator('.facts').getByRole('link', { name: job.token }).click();
    await page.waitForURL(`**/jobs/${job.token}`);
    expect(await page.locator('.facts dt', { hasText: 'Undone by' }).count()).toBe(1);
  });

  test('the list is narrowed and signing out works', async () => {
    const page = await site.open({ javaScriptEnabled: false });
    await page.goto('/jobs');
    await page.getByLabel('State').selectOption('Rejected');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByText('No job is like that.').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL('**/login');
    await page.goto('/jobs');
    expect(new URL(page.url()).pathname).toBe('/login');
  });
});

test('the items of a job are downloaded with the session', async () => {
  const job = await site.library.createMixedJob();
  const page = await site.open();
  await page.goto(`/jobs/${job.token}`);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Skipped items as CSV' }).click(),
  ]);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  expect(
    Buffer.concat(chunks)
      .toString()
      .match(/,skipped,already_there,/g),
  ).toHaveLength(2);
});
