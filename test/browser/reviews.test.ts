import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addApiKey } from '../../src/store/credentials';
import { createAssets, createProject, createUser, grantAccess } from '../support/fixtures';
import { createReview } from '../support/reviews';
import { expectNoViolations } from './support/axe';
import { complaintsOf, openSite, type Site } from './support/site';

let site: Site;
/** Kept for people to look at when SCREENSHOTS names a directory. */
const kept = process.env['SCREENSHOTS'];
const directory = kept ?? mkdtempSync(join(tmpdir(), 'longhaul-screenshots-'));

beforeAll(async () => {
  mkdirSync(directory, { recursive: true });
  site = await openSite();
});
afterAll(async () => {
  await site.close();
  if (kept === undefined) rmSync(directory, { recursive: true });
});

/** So many assets wait for a new approver, who is signed in on a page of these looks. */
async function openReviews(count: number, colorScheme: 'light' | 'dark', width: number) {
  const { db } = site.database.store;
  const [requester, ann] = [await createUser(db), await createUser(db)];
  const project = await createProject(db);
  await grantAccess(db, project.id, ann.ownTeamId, { canApprove: true });
  await grantAccess(db, project.id, requester.ownTeamId, { canWrite: true });
  const assets = await createAssets(db, { projectId: project.id, ownerId: requester.id }, count, 'Shot');
  const assetIds = assets.map(({ id }) => id);
  if (count > 0) {
    const { jobId } = await createReview(db, { project, requester, policy: { kind: 'all' }, assetIds, approverIds: [ann.id] }); // prettier-ignore
    const order = {
      message: 'Colours first, please.\nThe sound comes later.',
      due_at: new Date('2031-06-30T12:00:00Z'),
    };
    await db.updateTable('review_orders').set(order).where('job_id', '=', jobId).execute();
  }
  const page = await site.open({ signedIn: false, colorScheme, viewport: { width, height: 900 } });
  const signIn = async (id: string) => {
    const [name = '', value = ''] = (await site.pages.signIn(await addApiKey(db, id))).split('=');
    await page.context().addCookies([{ name, value, url: site.url, httpOnly: true, sameSite: 'Strict' }]);
  };
  await signIn(ann.id);
  await page.goto('/reviews');
  const answers = () =>
    db.selectFrom('reviews').select('answer').where('approver_id', '=', ann.id).orderBy('request_id').execute();
  return { page, answers, asRequester: () => signIn(requester.id) };
}

const LOOKS = (['light', 'dark'] as const).flatMap((scheme) => [1280, 390].map((width) => [scheme, width] as const));

test.each(LOOKS)('the lists have no fault of access, and fit, in %s at %i px', async (scheme, width) => {
  const { page, asRequester } = await openReviews(3, scheme, width);
  const look = async (name: string) => {
    await expectNoViolations(page, `reviews ${name} in ${scheme} at ${String(width)} px`);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await page.screenshot({ path: join(directory, `reviews-${name}-${scheme}-${String(width)}.png`), fullPage: true });
  };
  await look('waiting');
  await page.getByRole('button', { name: 'Approve Shot 1' }).click();
  await page.getByText('1 answer is given.').waitFor();
  await look('answered');
  await asRequester();
  await page.goto('/reviews');
  await look('empty');
  await page.getByRole('link', { name: 'Asked by me' }).click();
  await page.getByText('Approved').first().waitFor();
  await look('asked');
  expect(complaintsOf.get(page) ?? []).toEqual([]);
});

test('the keyboard alone walks the list, comments, answers, and answers all that is ticked', async () => {
  const { page, answers } = await openReviews(4, 'light', 1280);
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('c');
  await page.keyboard.type('just a jar of rakes');
  await page.keyboard.press('Escape');
  await page.keyboard.press('k');
  await page.keyboard.press('j');
  await page.keyboard.press('r');
  await page.getByText('1 answer is given.').waitFor();
  expect((await answers()).map(({ answer }) => answer)).toEqual(['pending', 'needs_revision', 'pending', 'pending']);
  for (const key of ['j', 'x', 'j', 'x']) await page.keyboard.press(key);
  await page.getByRole('button', { name: 'Approve all that are ticked' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('2 answers are given.').waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('a');
  await page.getByText('Nothing waits for your review.').waitFor();
  expect((await answers()).map(({ answer }) => answer)).toEqual(['approved', 'needs_revision', 'approved', 'approved']);
});
