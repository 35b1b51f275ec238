import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Page } from 'playwright-core';
import { grantPermissions } from '../../src/store/people';
import { createRunLibrary, EVERY_STATE, type HungRun, type RunLibrary } from '../http/pages/run-library';
import { createNode } from '../support/dag-actions';
import { expectNoViolations } from './support/axe';
import { hangRuns } from './support/run-gallery';
import { complaintsOf, openSite, type Site } from './support/site';

const WIDTHS = [1280, 390];
const SCHEMES = ['light', 'dark'] as const;
const LOOKS = SCHEMES.flatMap((scheme) => WIDTHS.map((width) => [scheme, width] as const));

let site: Site;
let runs: RunLibrary;
let gallery: Readonly<Record<string, string>>;
/** Kept for people to look at when SCREENSHOTS names a directory. */
const kept = process.env['SCREENSHOTS'];
const directory = kept ?? mkdtempSync(join(tmpdir(), 'longhaul-screenshots-'));

const db = () => site.database.store.db;

beforeAll(async () => {
  mkdirSync(directory, { recursive: true });
  site = await openSite();
  const { user, project } = site.library;
  await grantPermissions(db(), user.id, ['ACTIONS_VIEW', 'ACTIONS_START']);
  runs = createRunLibrary(db(), project, user);
  gallery = await hangRuns(runs);
});
afterAll(async () => {
  await site.close();
  if (kept === undefined) rmSync(directory, { recursive: true });
});

const badge = (page: Page, words: string) => page.locator('.heading .badge', { hasText: new RegExp(`^${words}$`) });
const stateOf = (page: Page, node: string) => page.locator(`#node-${node} .badge`).innerText();
const boxOf = (page: Page, node: string) => page.locator(`.graph [data-node=${node}]`);

/** Axe looks at each element of a page, and a page of many nodes has many alike. */
const LARGE: readonly string[] = ['run-wide', 'run-chain'];

test.each(LOOKS)(
  'in %s at %i px every page fits, breaks no policy, and axe finds nothing',
  async (colorScheme, width) => {
    const page = await site.open({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
    const widths = () =>
      page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    for (const [name, path] of Object.entries(gallery)) {
      await page.goto(path);
      await page.screenshot({ path: join(directory, `${name}-${colorScheme}-${String(width)}.png`), fullPage: true });
      expect([name, ...(await widths())]).toEqual([name, width, width]);
      if (LARGE.includes(name)) continue;
      await page.evaluate(() => document.querySelectorAll('details').forEach((each) => each.setAttribute('open', '')));
      await expectNoViolations(page, `${name} in ${colorScheme} at ${String(width)} px`);
      expect([name, ...(await widths())]).toEqual([name, width, width]);
    }
    expect((complaintsOf.get(page) ?? []).filter((text) => !text.includes('404'))).toEqual([]);
  },
  180_000,
);

test('each state has its word and its shape in the picture, and boxes do not overlap', async () => {
  const page = await site.open();
  await page.goto(gallery['run-states'] ?? '');
  const seen = await page.locator('.graph [data-node]').evaluateAll((boxes) =>
    boxes.map((box) => [box.getAttribute('data-node'), box.querySelector('.word')?.textContent, box.querySelector('use')?.getAttribute('href')]),
  ); // prettier-ignore
  const states = Object.entries(EVERY_STATE.nodes).map(([id, { state }]) => [id, state] as const);
  const words = states.map(([id, state]) => [id, expect.stringMatching(new RegExp(`^${state}`, 'i')) as string, `#icon-${state}`]); // prettier-ignore
  expect(seen).toEqual(words);
  expect(new Set(states.map(([, state]) => state)).size).toBe(9);
  const texts = await page.locator('.graph [data-node] text').evaluateAll((all) =>
    all.map((text) => [text.getBoundingClientRect().right, text.parentElement?.querySelector('rect')?.getBoundingClientRect().right ?? 0]),
  ); // prettier-ignore
  expect(texts.filter(([end = 0, edge = 0]) => end > edge - 4)).toEqual([]);
  expect(complaintsOf.get(page)).toEqual([]);
});

test('with a keyboard only somebody fills in the form of an approval and approves', async () => {
  const run = await runs.run(EVERY_STATE);
  const page = await site.open();
  await page.goto(`/runs/${run.id}`);
  const fieldOf = (name: string) => page.locator(`#value-review-${name}`);
  await page.locator('.approval').focus();
  const filled: string[] = [];
  for (let presses = 0; presses < 8; presses += 1) {
    await page.keyboard.press('Tab');
    const id = await page.evaluate(() => document.activeElement?.id ?? '');
    filled.push(id);
    if (id.endsWith('-note')) await page.keyboard.type('Fine as it is.');
    if (id.endsWith('-copies')) await page.keyboard.type('12');
    if (id.endsWith('-channel') || id.endsWith('-rush')) await page.keyboard.press('ArrowDown');
    if ((await page.evaluate(() => document.activeElement?.textContent.trim())) === 'Approve') break;
  }
  expect(filled.filter((id) => id.startsWith('value-review-'))).toHaveLength(4);
  expect(await fieldOf('channel').inputValue()).toBe('Web');
  await page.keyboard.press('Enter');
  await page.getByText('Your decision is taken.').waitFor();
  const { rows } = await sql<{ decision: unknown }>`select decision from dag_run_nodes where run_id = ${run.id} and id = 'review'`.execute(db()); // prettier-ignore
  expect(rows[0]?.decision).toMatchObject({
    decision: 'approve',
    values: { channel: 'Web', copies: 12, rush: true, note: 'Fine as it is.' },
  });
});

test('a rejection needs nothing filled in, and no script', async () => {
  const run = await runs.run(EVERY_STATE);
  const page = await site.open({ javaScriptEnabled: false });
  await page.goto(`/runs/${run.id}`);
  await page.getByLabel('Copies').fill('7');
  await page.getByRole('button', { name: 'Reject' }).click();
  await page.getByText('Your decision is taken.').waitFor();
  await page.locator('#node-review').getByText('Rejected by').waitFor();
});

test('a run is paused, goes on, and is cancelled after a confirmation', async () => {
  const run = await runs.run();
  const page = await site.open();
  await page.goto(`/runs/${run.id}`);
  await page.getByRole('button', { name: 'Pause' }).click();
  await badge(page, 'Paused').waitFor();
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByRole('button', { name: 'Pause' }).waitFor();
  await page.getByText('Cancel…').click();
  await page.getByRole('button', { name: 'Cancel this run' }).click();
  await page.waitForURL(`**/runs/${run.id}#steer`);
  const job = await db().selectFrom('jobs').select('control').where('id', '=', run.jobId).executeTakeFirstOrThrow();
  expect(job.control).toBe('cancel');
});

test('a failed run is resumed, and the new page leads back', async () => {
  const definition = { nodes: [createNode('a'), createNode('b', { needs: ['a'] })] };
  const error = { code: 'x', message: 'no', retryable: true };
  const nodes = { a: { state: 'succeeded' }, b: { state: 'failed', error } } as const;
  const run = await runs.run({ definition, nodes, job: 'done' });
  const page = await site.open();
  await page.goto(`/runs/${run.id}`);
  await badge(page, 'Failed').waitFor();
  await page.getByRole('button', { name: 'Resume where it stopped' }).click();
  await page.waitForURL((url) => url.pathname !== `/runs/${run.id}`);
  expect(await stateOf(page, 'a')).toBe('Succeeded');
  expect(await stateOf(page, 'b')).toBe('Pending');
  await page.getByRole('link', { name: `Run ${run.id}` }).click();
  await page.waitForURL(`**/runs/${run.id}`);
});

test('nodes change while they are looked at: without a reload, nor disturbing who reads or writes', async () => {
  const run: HungRun = await runs.run(EVERY_STATE);
  const page = await site.open();
  await page.goto(`/runs/${run.id}`);
  await page.evaluate(() => ((globalThis as { untouched?: boolean }).untouched = true));
  await page.locator('#node-meta summary').click();
  await page.getByLabel('Note to the desk').fill('Half a sent');
  await page.locator('#graph').evaluate((graph) => (graph.scrollTop = 40));

  await runs.stand(run, 'channels', { state: 'succeeded' });
  await runs.stand(run, 'publish', { state: 'running' });
  await runs.count(run, 'running');
  await boxOf(page, 'publish').getByText('Running').waitFor();
  expect(await stateOf(page, 'channels')).toBe('Succeeded');
  expect(await page.getByLabel('Note to the desk').inputValue()).toBe('Half a sent');
  expect(await page.locator('#node-meta details').getAttribute('open')).not.toBeNull();

  // Somebody else has decided meanwhile: what is half filled in is of no use any more.
  await runs.stand(run, 'review', { state: 'succeeded' });
  await runs.stand(run, 'publish', { state: 'succeeded' });
  await runs.stand(run, 'undo_draft', { state: 'succeeded' });
  await runs.count(run, 'done');
  await badge(page, 'Failed').waitFor();
  await page.locator('.approval').waitFor({ state: 'detached' });
  expect(await page.locator('#announcer').innerText()).toBe('The run is failed now.');
  expect(await page.getByRole('button', { name: 'Resume where it stopped' }).count()).toBe(1);
  expect(await page.evaluate(() => (globalThis as { untouched?: boolean }).untouched)).toBe(true);
  expect(complaintsOf.get(page)).toEqual([]);
});

test('a box of the picture leads to the row of its node', async () => {
  const page = await site.open();
  await page.goto(gallery['run-states'] ?? '');
  await boxOf(page, 'tell_dam').click();
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('node-tell_dam');
  expect(new URL(page.url()).hash).toBe('#node-tell_dam');
});

test('an action is found in the list, started with inputs, and its run opens', async () => {
  const asset = (await runs.run({ definition: { name: 'Other' } })).asset;
  const page = await site.open();
  await page.goto('/');
  await page.getByRole('link', { name: 'Actions' }).first().click();
  await page.getByRole('link', { name: 'Archive' }).click();
  await page.getByLabel('Asset').fill(asset.key);
  await page.getByLabel('folder').fill('no such folder yet');
  await page.getByRole('button', { name: 'Start' }).click();
  await page.waitForURL(/\/runs\/\d+$/);
  expect(await page.locator('.facts .json').innerText()).toContain('"quality": 80');
  expect(await page.locator('.messages').innerText()).toContain('Set in queue...');
});

test('what is hostile in titles, outputs and messages does nothing, and long words stay inside the page', async () => {
  const hostile = `<script>document.title = 'taken'</script><img src=x onerror="document.title = 'taken'">\u202ereversed`;
  const long = 'w'.repeat(2_000);
  const run = await runs.run({
    title: hostile,
    definition: { name: `Hostile ${hostile}`, nodes: [createNode('a'), createNode('x'.repeat(63))] },
    nodes: { a: { state: 'succeeded', output: { [hostile]: 'w'.repeat(1_000) } }, ['x'.repeat(63)]: { state: 'failed', error: { code: 'x', message: long, retryable: false } } }, // prettier-ignore
    messages: [['a', 1, hostile], ['a', 1, long]], // prettier-ignore
  });
  const page = await site.open({ viewport: { width: 390, height: 844 } });
  await page.goto(`/runs/${run.id}`);
  await page.locator('#node-a summary').click();
  await page.screenshot({ path: join(directory, 'run-hostile.png'), fullPage: true });
  expect(await page.title()).toMatch(/^Running: Hostile /);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  expect(complaintsOf.get(page)).toEqual([]);
});

test('a run of 500 nodes is shown, scrolled and kept fresh in reasonable time', async () => {
  const nodes = Array.from({ length: 500 }, (_, at) => createNode(`node_${String(at)}`, { needs: at === 0 ? [] : [`node_${String(Math.floor(at / 3))}`] })); // prettier-ignore
  const run = await runs.run({ definition: { nodes } });
  const page = await site.open();
  const began = performance.now();
  await page.goto(`/runs/${run.id}`);
  await boxOf(page, 'node_499').scrollIntoViewIfNeeded();
  expect(performance.now() - began).toBeLessThan(10_000);
  await page.screenshot({ path: join(directory, 'run-500.png') });
  await runs.stand(run, 'node_0', { state: 'succeeded' });
  await runs.count(run, 'running');
  await boxOf(page, 'node_0').getByText('Succeeded').waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(1_280);
});
