import { sql } from 'kysely';
import type { JobItemStatus } from '../../src/domain/job-items';
import { BEFORE_ALL, readAllItems, readItemPage, type ItemPlace, type JobItem } from '../../src/store/job-items';
import { endJob } from '../../src/store/job-progress';
import { openWatchedStore } from '../support/plans';
import { useBulkMoveLibrary } from '../support/bulk-move-library';

const library = useBulkMoveLibrary();
const FORBIDDEN = { status: 'failed', code: 'forbidden' } as const;
const GONE = { status: 'skipped', code: 'gone' } as const;

interface ChunkOfTest {
  readonly itemIds: readonly string[];
  readonly done?: boolean;
  readonly exceptions?: Readonly<Record<string, string>>;
}

/** A job with these chunks, numbered from 0. */
async function jobOf(...chunks: readonly ChunkOfTest[]): Promise<string> {
  const { jobId } = await library.prepare([], null);
  for (const [no, { itemIds, done = true, exceptions = {} }] of chunks.entries()) {
    const codes = Object.values(exceptions);
    const failed = codes.filter((code) => code === 'forbidden').length;
    const skipped = codes.length - failed;
    const counts = done ? { succeeded: itemIds.length - codes.length, skipped, failed } : {};
    await library.db().insertInto('job_chunks').values({
      job_id: jobId, no, phase: 1, item_ids: [...itemIds], done_at: done ? new Date() : null, ...counts,
      exception_ids: Object.keys(exceptions), exception_codes: codes,
    }).execute(); // prettier-ignore
  }
  return jobId;
}

/** Every page in turn. */
async function readPages(jobId: string, status: JobItemStatus | null, limit: number): Promise<JobItem[][]> {
  const pages: JobItem[][] = [];
  for (let after: ItemPlace | null = BEFORE_ALL; after !== null;) {
    const page = await readItemPage(library.db(), { jobId, status }, after, limit);
    pages.push([...page.items]);
    after = page.next;
  }
  return pages;
}

async function readAll(jobId: string, status: JobItemStatus | null): Promise<JobItem[]> {
  const items: JobItem[] = [];
  for await (const chunks of readAllItems(library.db(), { jobId, status })) {
    for (const { names, standings } of chunks) {
      items.push(...names.map((name, at) => ({ name, ...(standings[at] ?? fail('no standing')) })));
    }
  }
  return items;
}

function fail(message: string): never {
  throw new Error(message);
}

async function uuidsOf(ids: readonly string[]): Promise<string[]> {
  const rows = await library.db().selectFrom('assets').select(['id', 'uuid']).where('id', 'in', ids).execute();
  const uuids = new Map(rows.map((row) => [row.id, row.uuid]));
  return ids.map((id) => uuids.get(id) ?? id);
}

it('tells a job that has not been resolved as empty', async () => {
  const { jobId } = await library.prepare([], null);
  expect(await readItemPage(library.db(), { jobId, status: null }, BEFORE_ALL, 10)).toEqual({ items: [], next: null });
  expect(await readAll(jobId, null)).toEqual([]);
});

it('tells each item of a real job by the verdict that it got', async () => {
  const target = await library.folder();
  const [inside] = await library.assets(1, target.id);
  const ids = await library.assets(3);
  await sql`update assets set deleted_at = now(), trash_root_id = id where id = ${ids[1]}`.execute(library.db());
  const { jobId } = await library.move([...ids, inside ?? ''], target.id);
  const [a, b, c, d] = await uuidsOf([...ids, inside ?? ''].sort((x, y) => Number(x) - Number(y)));
  const codes = (await readAll(jobId, null)).map((item) => [item.name, item.status, item.code]);
  expect(codes).toEqual([[a, 'skipped', 'already_there'], [b, 'moved', null], [c, 'skipped', 'gone'], [d, 'moved', null]]); // prettier-ignore
});

it('keeps the order of the chunk, which need not be that of the ids', async () => {
  const ids = (await library.assets(5)).reverse();
  const jobId = await jobOf({ itemIds: ids, exceptions: { [ids[3] ?? '']: 'gone', [ids[1] ?? '']: 'gone' } });
  const uuids = await uuidsOf(ids);
  expect((await readAll(jobId, null)).map((item) => item.name)).toEqual(uuids);
  expect((await readAll(jobId, 'skipped')).map((item) => item.name)).toEqual([uuids[1], uuids[3]]);
});

it('names an asset whose row is gone for good by its id', async () => {
  const ids = await library.assets(2);
  const jobId = await jobOf({ itemIds: ids });
  await sql`delete from assets where id = ${ids[0]}`.execute(library.db());
  expect((await readAll(jobId, null)).map((item) => item.name)).toEqual([ids[0], (await uuidsOf(ids))[1]]);
});

describe('a job of many chunks', () => {
  const CHUNKS = 27;
  const SIZE = 7;
  let jobId: string;
  let expected: { name: string; status: string; code: string | null }[];

  beforeEach(async () => {
    const uuids = await uuidsOf(await library.assets(CHUNKS * SIZE));
    const ids = (await library.db().selectFrom('assets').select('id').where('uuid', 'in', uuids).orderBy('id').execute()).map((row) => row.id); // prettier-ignore
    expected = [];
    const chunks: ChunkOfTest[] = [];
    for (let no = 0; no < CHUNKS; no += 1) {
      const itemIds = ids.slice(no * SIZE, (no + 1) * SIZE);
      // Some all moved, some with exceptions, one with nothing else, some not reached.
      const done = no % 5 !== 4;
      const isException = (at: number) => done && (no === 6 || (no % 3 === 0 && (at === 2 || at === 5)));
      const codeOf = (at: number) => (at % 2 === 0 ? 'forbidden' : 'gone');
      const exceptions = Object.fromEntries(itemIds.flatMap((id, at) => (isException(at) ? [[id, codeOf(at)]] : [])));
      chunks.push({ itemIds, done, exceptions });
      const names = await uuidsOf(itemIds);
      expected.push(
        ...names.map((name, at) => {
          if (!done) return { name, status: 'remaining', code: null };
          if (!isException(at)) return { name, status: 'moved', code: null };
          return { name, ...(codeOf(at) === 'forbidden' ? FORBIDDEN : GONE) };
        }),
      );
    }
    jobId = await jobOf(...chunks);
  });

  it.each([null, 'moved', 'skipped', 'failed', 'remaining'] as const)(
    'lists the items of status %s in the same order by page and as a whole',
    async (status) => {
      const wanted = expected.filter((item) => status === null || item.status === status);
      expect(wanted.length).toBeGreaterThan(5);
      expect(await readAll(jobId, status)).toMatchObject(wanted);
      for (const limit of [1, 2, 5, SIZE, 100, wanted.length - 1, wanted.length, 1000]) {
        const pages = await readPages(jobId, status, limit);
        expect(pages.flat().map(({ name, status: is, code }) => ({ name, status: is, code }))).toEqual(wanted);
        expect(pages.map((page) => page.length).slice(0, -1)).toEqual(Array(Math.ceil(wanted.length / limit) - 1).fill(limit)); // prettier-ignore
        expect(pages.at(-1)?.length).toBeGreaterThan(0);
      }
    },
  );

  it('tells each item once while the job goes on', async () => {
    const seen: string[] = [];
    for await (const chunks of readAllItems(library.db(), { jobId, status: null })) {
      await sql`update job_chunks set done_at = now(), succeeded = ${SIZE} where job_id = ${jobId} and done_at is null`.execute(library.db()); // prettier-ignore
      seen.push(...chunks.flatMap((chunk) => chunk.names));
    }
    expect(seen).toEqual(expected.map((item) => item.name));
  });

  it('goes on from any place, also from one where nothing is', async () => {
    const from = async (chunk: number, position: number) =>
      (await readItemPage(library.db(), { jobId, status: null }, { chunk, position }, 1)).items[0]?.name;
    expect(await from(3, 2)).toBe(expected[3 * SIZE + 2]?.name);
    expect(await from(3, 999)).toBe(expected[4 * SIZE]?.name);
    expect(await from(2_147_483_647, 2_147_483_647)).toBeUndefined();
  });

  it('keeps what a cancelled job did not reach as remaining', async () => {
    const end = { state: 'cancelled', outcome: 'cancelled', error: null } as const;
    await sql`update jobs set total = ${CHUNKS * SIZE} where id = ${jobId}`.execute(library.db());
    await endJob(library.db(), jobId, end, new Date());
    expect(await readAll(jobId, 'remaining')).toMatchObject(expected.filter((item) => item.status === 'remaining'));
  });
});

it('complains of a code that it does not know, whichever of its statuses is asked for', async () => {
  const ids = await library.assets(2);
  const jobId = await jobOf({ itemIds: ids, exceptions: { [ids[0] ?? '']: 'forbidden', [ids[1] ?? '']: 'brand_new' } });
  for (const status of [null, 'skipped', 'failed'] as const) {
    await expect(readItemPage(library.db(), { jobId, status }, BEFORE_ALL, 10)).rejects.toThrow(/brand_new/);
  }
});

it('looks only at chunks whose counts promise something, and reads no table whole', async () => {
  const ids = await library.assets(3_000);
  const chunks = Array.from({ length: 30 }, (_, no) => ({ itemIds: ids.slice(no * 100, no * 100 + 100) }));
  const failed = { [chunks[29]?.itemIds[7] ?? '']: 'forbidden' };
  const jobId = await jobOf(...chunks.map((chunk, no) => (no === 29 ? { ...chunk, exceptions: failed } : chunk)));
  await sql`analyze`.execute(library.db());
  const options = library.store().pool.options;
  const watched = openWatchedStore(options.connectionString ?? '');
  try {
    const { items, next } = await readItemPage(watched.db, { jobId, status: 'failed' }, BEFORE_ALL, 10);
    expect([items.length, next]).toEqual([1, null]);
    expect(watched.plans).toHaveLength(1);
    expect(watched.plans[0]).toMatch(/Scan.* on job_chunks .*\n.*(\n.*)?Filter: .*failed > 0/);
    expect(watched.plans[0]).toContain('Index Scan using assets_pkey');
    expect(watched.plans[0]).not.toContain('Seq Scan on assets');
    watched.plans.length = 0;
    for await (const batch of readAllItems(watched.db, { jobId, status: null })) expect(batch.length).toBe(10);
    expect(watched.plans.length).toBe(4);
    expect(watched.plans.filter((plan) => plan.includes('Seq Scan on assets'))).toEqual([]);
  } finally {
    await watched.close();
  }
});
