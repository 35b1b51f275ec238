import fc from 'fast-check';
import { sql } from 'kysely';
import { countCandidates } from '../../src/store/review-candidates';
import { findApproverIds } from '../../src/store/review-request';
import { findFoldersByPath } from '../../src/store/review-folders';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createFolder, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { type Node, plant, trees } from '../support/random-tree';
import { runReview, scopeOf } from '../support/review-requests';

let database: TestDatabase;
let user: TestUser;
let project: TestThing;

const db = () => database.store.db;
const place = (parentId?: string) => ({ projectId: project.id, ownerId: user.id, ...(parentId !== undefined && { parentId }) }); // prettier-ignore

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  user = await createUser(db());
  project = await createProject(db());
  await grantAccess(db(), project.id, user.ownTeamId, { canWrite: true, canApprove: true });
});
afterAll(() => database.drop());

describe('paths of folders', () => {
  it('lead title by title from the root, and slashes around them are of no matter', async () => {
    const a = await createFolder(db(), place(), 'a');
    const b = await createFolder(db(), place(a.id), 'b');
    expect(await findFoldersByPath(db(), project.id, ['a/b', '/a/', 'a'])).toEqual({
      kind: 'found',
      folderIds: expect.arrayContaining([a.id, b.id]),
      root: false,
    });
  });

  it('without any title are the root', async () => {
    const root = { kind: 'found', folderIds: [], root: true };
    expect(await findFoldersByPath(db(), project.id, ['', '/'])).toEqual(root);
  });

  it('name every folder to which they lead, also one with a slash in its title', async () => {
    const twins = [await createFolder(db(), place(), 'a'), await createFolder(db(), place(), 'a')];
    const below = await Promise.all(twins.map(({ id }) => createFolder(db(), place(id), 'b')));
    const odd = await createFolder(db(), place(), 'a/b');
    const found = await findFoldersByPath(db(), project.id, ['a/b']);
    expect(found).toMatchObject({ root: false });
    expect('folderIds' in found ? [...found.folderIds].sort() : []).toEqual([...below, odd].map(({ id }) => id).sort());
  });

  it('that lead nowhere, to the trash, to a file or into another project are told by their positions', async () => {
    const trashed = await createFolder(db(), place(), 'trashed');
    await sql`update assets set deleted_at = now(), trash_root_id = id where id = ${trashed.id}`.execute(db());
    await createAssets(db(), place(), 1, 'file');
    const elsewhere = await createProject(db());
    await createFolder(db(), { projectId: elsewhere.id, ownerId: user.id }, 'foreign');
    await createFolder(db(), place(), 'here');
    const paths = ['here', 'trashed', 'file 1', 'foreign', 'here/below', 'HERE', 'her'];
    expect(await findFoldersByPath(db(), project.id, paths)).toEqual({ kind: 'unknown', unknown: [1, 2, 3, 4, 5, 6] });
  });
});

describe('candidates', () => {
  const counts = async (order: { assetIds?: string[]; folders?: string[]; recursive?: boolean }) =>
    countCandidates(db(), 'review_request', await scopeOf(database.store, { project, user, ...order }));

  it('of a folder are the files in it, and with recursive all below; folders are none', async () => {
    const a = await createFolder(db(), place(), 'a');
    const b = await createFolder(db(), place(a.id), 'b');
    await createAssets(db(), place(a.id), 2);
    await createAssets(db(), place(b.id), 3);
    expect(await counts({ folders: ['a'] })).toMatchObject({ open: 2, not_a_file: 0 });
    expect(await counts({ folders: ['a'], recursive: true })).toMatchObject({ open: 5, not_a_file: 0 });
    expect(await counts({ folders: ['a', 'a/b', ''], recursive: true })).toMatchObject({ open: 5 });
  });

  it('of the root are what lies directly in it, and with recursive all of the project', async () => {
    const a = await createFolder(db(), place(), 'a');
    await createAssets(db(), place(), 4);
    await createAssets(db(), place(a.id), 2);
    expect(await counts({ folders: ['/'] })).toMatchObject({ open: 4 });
    expect(await counts({ folders: ['/'], recursive: true })).toMatchObject({ open: 6 });
  });

  it('count once however often they are named, and a folder that is listed is not a file', async () => {
    const a = await createFolder(db(), place(), 'a');
    const files = (await createAssets(db(), place(a.id), 2)).map(({ id }) => id);
    expect(await counts({ assetIds: [...files, ...files, a.id], folders: ['a', 'a'] })).toMatchObject({ open: 2, not_a_file: 1 }); // prettier-ignore
  });
});

/** What lies below a folder of the trash is in the trash too. */
const withTrash = (nodes: readonly Node[]): Node[] => {
  const closed: Node[] = [];
  for (const node of nodes) {
    const above = node.parent === null ? undefined : closed[node.parent];
    closed.push({ ...node, trashed: node.trashed || above?.trashed === true });
  }
  return closed;
};

/** Of the node with that number; some have the same. */
const titleOf = (at: number) => `t${String(at % 5)}`;

const pathOf = (nodes: readonly Node[], at: number): string => {
  const parent = nodes[at]?.parent ?? null;
  return `${parent === null ? '' : `${pathOf(nodes, parent)}/`}${titleOf(at)}`;
};

/** What of the tree an order is about, found by walking up from each node: how many, in the trash, and no files. */
function modelOf(nodes: readonly Node[], listed: ReadonlySet<number>, paths: readonly string[], recursive: boolean) {
  const isMeant = (at: number | null) =>
    paths.includes(at === null ? '/' : pathOf(nodes, at)) && (at === null || nodes[at]?.trashed !== true);
  const isBelow = (at: number): boolean => {
    const parent = nodes[at]?.parent ?? null;
    return isMeant(parent) || (recursive && parent !== null && isBelow(parent));
  };
  const meant = nodes.flatMap((node, at) => (listed.has(at) || (!node.folder && isBelow(at)) ? [node] : []));
  const trashed = meant.filter((node) => node.trashed).length;
  return { total: meant.length, trashed, not_a_file: meant.filter((node) => node.folder && !node.trashed).length };
}

/** What one may ask for in a tree: picks of its nodes, which may be listed, or be folders with their paths. */
const requests = fc.record({
  nodes: trees.map((nodes) => withTrash(nodes)),
  listed: fc.array(fc.nat(), { maxLength: 6 }),
  folders: fc.array(fc.nat(), { maxLength: 3 }),
  root: fc.boolean(),
  recursive: fc.boolean(),
  asked: fc.array(fc.nat(), { maxLength: 5 }),
  decided: fc.array(fc.nat(), { maxLength: 6 }),
  approvers: fc.boolean(),
  force: fc.boolean(),
});
const TREES = 300;

async function plantTitled(nodes: readonly Node[]): Promise<string[]> {
  const ids = await plant(db(), project.id, user.id, nodes);
  await sql`update assets a set title = n.title
    from unnest(${ids}::bigint[], ${ids.map((_id, at) => titleOf(at))}::text[]) as n (id, title) where a.id = n.id`.execute(db()); // prettier-ignore
  return ids;
}

it(`a dry run counts what the real run then makes, of ${String(TREES)} random trees`, async () => {
  const seed = Number(process.env['REVIEW_SEED'] ?? Date.now() % 2_147_483_647);
  process.stdout.write(`review-candidates: seed ${String(seed)} (REVIEW_SEED)\n`);
  const seen = { open: 0, already_pending: 0, trashed: 0, not_a_file: 0, already_approved: 0 };
  await fc.assert(
    fc.asyncProperty(
      requests,
      async ({ nodes, listed, folders, root, recursive, asked, decided, approvers, force }) => {
        project = await createProject(db());
        const requester = await createUser(db());
        await grantAccess(db(), project.id, requester.ownTeamId, { canWrite: true, canManage: true });
        if (approvers) await grantAccess(db(), project.id, user.ownTeamId, { canApprove: true });
        const ids = await plantTitled(nodes);
        const pick = (from: readonly number[]) => [...new Set(from.map((n) => ids[n % ids.length] ?? ''))];
        const who = { project, user: requester };
        if (asked.length > 0) await runReview(database.store, { ...who, assetIds: pick(asked) });
        // Some of them have been decided since, and some approvals were forced.
        await sql`update review_requests set status = 'approved', decided_at = now()
        where project_id = ${project.id} and asset_id = any(${pick(decided)}::bigint[])`.execute(db());
        if (decided.length > 0) await runReview(database.store, { ...who, kind: 'force_approve', assetIds: pick(decided.slice(1)) }); // prettier-ignore

        const live = nodes.flatMap((node, at) => (node.folder && !node.trashed ? [at] : []));
        const paths = live.length === 0 ? [] : folders.map((n) => pathOf(nodes, live[n % live.length] ?? 0));
        const kind = force ? 'force_approve' : 'review_request';
        const order = { ...who, kind, assetIds: pick(listed), folders: [...paths, ...(root ? ['/'] : [])], recursive } as const; // prettier-ignore
        const dry = await countCandidates(db(), kind, await scopeOf(database.store, order));
        const before = await requestCount();
        const run = await runReview(database.store, order);
        const codes = await codeCounts(run.jobId);
        expect({ made: (await requestCount()) - before, succeeded: run.counts.succeeded, codes }).toEqual({
          made: dry.open,
          succeeded: dry.open,
          codes: Object.fromEntries(
            (['already_approved', 'already_pending', 'not_a_file', 'trashed'] as const).flatMap((code) =>
              dry[code] === 0 ? [] : [[code, dry[code]]],
            ),
          ),
        });
        const { open, already_pending, already_approved, trashed, not_a_file } = dry;
        const total = open + already_pending + already_approved + trashed + not_a_file;
        const numbers = new Set(listed.map((n) => n % nodes.length));
        expect({ total, trashed, not_a_file }).toEqual(modelOf(nodes, numbers, order.folders, recursive));
        expect(dry.gone).toBe(0);
        const again = await countCandidates(db(), kind, await scopeOf(database.store, order));
        expect(again.open).toBe(0);
        expect((await findApproverIds(db(), project.id)).length).toBe(approvers ? 1 : 0);
        for (const key of ['open', 'already_pending', 'trashed', 'not_a_file', 'already_approved'] as const) seen[key] += dry[key]; // prettier-ignore
      },
    ),
    { seed, numRuns: TREES, endOnFailure: true },
  );
  // The trees had some of everything.
  expect(Object.values(seen)).not.toContain(0);

  async function requestCount(): Promise<number> {
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from review_requests where project_id = ${project.id}`.execute(db());
    return rows[0]?.n ?? -1;
  }

  async function codeCounts(jobId: string): Promise<Record<string, number>> {
    const { rows } = await sql<{ code: string; n: number }>`
      select code, count(*)::int as n from job_chunks cross join lateral unnest(exception_codes) code
      where job_id = ${jobId} group by code order by code`.execute(db());
    return Object.fromEntries(rows.map(({ code, n }) => [code, n]));
  }
}, 240_000);
