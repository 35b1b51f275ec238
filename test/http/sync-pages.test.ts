import type { SyncEvent } from '../../src/domain/sync';
import { createStreamPages } from '../../src/http/dialects/unicat/sync-pages';
import type { SyncReader } from '../../src/http/dialects/unicat/sync-reader';
import type { SyncPage } from '../../src/store/sync-reading';

const PAGE = 100;

function eventsAfter(after: number, current: number, text = ''): SyncEvent[] {
  const count = Math.min(PAGE, current - after);
  return Array.from({ length: count }, (_, at) => ({
    ...{ type: 'cc', cursor: after + at + 1, action: 'UPDATE', data_type: 'jobs', data_key: 'k' },
    data: { text },
  }));
}

/** A reader of a project with so many events, and what it has asked for. */
function createReader(current: number, { projectId = '1', text = '', refuse = false } = {}) {
  const read = jest.fn((after: number): Promise<SyncPage> =>
    Promise.resolve({ oldest: 0, current, events: eventsAfter(after, current, text) }),
  );
  const recheck = jest.fn(() => (refuse ? Promise.reject(new Error('revoked')) : Promise.resolve()));
  const reader: SyncReader = {
    ...{ projectId, recheck },
    watch: { read, news: () => Promise.resolve(), stop: () => undefined },
    signal: new AbortController().signal,
  };
  return { reader, read, recheck };
}

const idsOf = (bytes: Buffer) => [...bytes.toString().matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));

test('a page has the events after the cursor, as text', async () => {
  const { reader } = createReader(3);
  const page = await createStreamPages().read(reader, 1);
  expect(page).toMatchObject({ last: 3, hasMore: false });
  expect(page?.bytes.toString()).toBe(
    [2, 3]
      .map(
        (id) =>
          `id: ${String(id)}\ndata: {"type":"cc","cursor":${String(id)},"action":"UPDATE","data_type":"jobs","data_key":"k","data":{"text":""}}\n\n`,
      )
      .join(''),
  );
  expect(await createStreamPages().read(reader, 3)).toBeNull();
});

test('readers who get the same events of the hub get the same bytes', async () => {
  const pages = createStreamPages();
  const { reader } = createReader(3);
  const shared = await reader.watch.read(0, PAGE);
  const watch = { ...reader.watch, read: () => Promise.resolve(shared) };
  const [one, two] = [await pages.read({ ...reader, watch }, 0), await pages.read({ ...reader, watch }, 0)];
  expect(one?.bytes).toBe(two?.bytes);
});

test('a page that is full is kept for who comes later, one that may grow is not', async () => {
  const pages = createStreamPages();
  const { reader, read } = createReader(150);
  const first = await pages.read(reader, 0);
  expect(first).toMatchObject({ last: 100, hasMore: true });
  expect(await pages.read(reader, 0)).toBe(first);
  expect(read).toHaveBeenCalledTimes(1);
  expect(await pages.read(reader, 100)).toMatchObject({ last: 150, hasMore: false });
  await pages.read(reader, 100);
  expect(read).toHaveBeenCalledTimes(3);
});

test('what is kept is the project’s, and is told to nobody who may not read any more', async () => {
  const pages = createStreamPages();
  const own = createReader(150, { text: 'own' });
  await pages.read(own.reader, 0);
  const other = createReader(150, { projectId: '11', text: 'other' });
  expect((await pages.read(other.reader, 0))?.bytes.toString()).not.toContain('own');
  const revoked = createReader(150, { refuse: true });
  await expect(pages.read(revoked.reader, 0)).rejects.toThrow('revoked');
  expect(revoked.recheck).toHaveBeenCalledTimes(1);
});

test('large events make short pages, of which none is left out and what has been read is not read again', async () => {
  const pages = createStreamPages();
  const { reader, read } = createReader(20, { text: 'x'.repeat(10_000) });
  const seen: number[] = [];
  for (let after = 0; after < 20;) {
    const page = await pages.read(reader, after);
    if (page === null) throw new Error(`nothing after ${String(after)}`);
    expect(page.bytes.length).toBeLessThan(45_000);
    expect(page.hasMore).toBe(page.last < 20);
    seen.push(...idsOf(page.bytes));
    after = page.last;
  }
  expect(seen).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
  // The second time for the last page, which could have grown.
  expect(read).toHaveBeenCalledTimes(2);
});

test('an event that is larger than a page is told by itself', async () => {
  const { reader } = createReader(2, { text: 'x'.repeat(100_000) });
  const page = await createStreamPages().read(reader, 0);
  expect(page).toMatchObject({ last: 1, hasMore: true });
});

test('the oldest pages are given up when there are too many', async () => {
  const pages = createStreamPages(30_000);
  const { reader, read } = createReader(1_000);
  for (const after of [0, 100, 200, 300]) await pages.read(reader, after);
  expect(read).toHaveBeenCalledTimes(4);
  await pages.read(reader, 300);
  expect(read).toHaveBeenCalledTimes(4);
  await pages.read(reader, 0);
  expect(read).toHaveBeenCalledTimes(5);
});

test('a crowd that lags reads the store a few at a time, and each place once', async () => {
  const pages = createStreamPages();
  const { reader } = createReader(1_000);
  const places: number[] = [];
  let [now, most] = [0, 0];
  const watch: typeof reader.watch = {
    ...reader.watch,
    async read(after, limit) {
      places.push(after);
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now -= 1;
      return reader.watch.read(after, limit);
    },
  };
  const crowd = Array.from({ length: 100 }, (_, no) => pages.read({ ...reader, watch }, (no % 9) * 100, true));
  const got = await Promise.all(crowd);
  expect(got.map((page) => page?.last)).toEqual(crowd.map((_, no) => ((no % 9) + 1) * 100));
  expect(most).toBe(4);
  expect([...places].toSorted((one, other) => one - other)).toEqual(Array.from({ length: 9 }, (_, no) => no * 100));
});
