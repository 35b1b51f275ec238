import { createSharedRechecks } from '../../src/http/shared-recheck';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const EVERY_MS = 15_000;

/** A check that is answered by hand. */
function createCheck() {
  const asked: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const check = jest.fn(() => new Promise<void>((resolve, reject) => asked.push({ resolve, reject })));
  return { check, asked };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

test('a caller is asked after once for all conversations about one thing, and never later than the bound', async () => {
  const rechecks = createSharedRechecks({ everyMs: EVERY_MS });
  const { check, asked } = createCheck();
  const conversations = Array.from({ length: 1_000 }, () => rechecks.open('caller', check));
  await Promise.all(conversations.map(({ recheck }) => recheck()));
  expect(check).not.toHaveBeenCalled();
  jest.advanceTimersByTime(EVERY_MS);
  const all = Promise.all(conversations.map(({ recheck }) => recheck()));
  expect(check).toHaveBeenCalledTimes(1);
  asked[0]?.resolve();
  await all;
  await conversations[0]?.recheck();
  expect(check).toHaveBeenCalledTimes(1);
  jest.advanceTimersByTime(EVERY_MS);
  void conversations[1]?.recheck();
  expect(check).toHaveBeenCalledTimes(2);
});

test('a no is told to all who wait for it, and is asked again by who comes later', async () => {
  const rechecks = createSharedRechecks({ everyMs: EVERY_MS });
  const { check, asked } = createCheck();
  const [one, two] = [rechecks.open('caller', check), rechecks.open('caller', check)];
  jest.advanceTimersByTime(EVERY_MS);
  const both = Promise.allSettled([one.recheck(), two.recheck()]);
  asked[0]?.reject(new Error('revoked'));
  expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const later = one.recheck();
  expect(check).toHaveBeenCalledTimes(2);
  asked[1]?.resolve();
  await later;
});

test('who has no name, or another one, is asked after alone', async () => {
  const rechecks = createSharedRechecks({ everyMs: EVERY_MS });
  const { check } = createCheck();
  const conversations = [null, null, 'a', 'b'].map((name) => rechecks.open(name, check));
  jest.advanceTimersByTime(EVERY_MS);
  for (const { recheck } of conversations) void recheck();
  await settled();
  expect(check).toHaveBeenCalledTimes(4);
});

test('where no answer may be old each conversation asks for itself', async () => {
  const rechecks = createSharedRechecks({ everyMs: 0 });
  const { check } = createCheck();
  for (let n = 0; n < 3; n += 1) void rechecks.open('caller', check).recheck();
  await settled();
  expect(check).toHaveBeenCalledTimes(3);
});

test('many callers are asked after some at a time, in their order', async () => {
  const rechecks = createSharedRechecks({ everyMs: EVERY_MS, atOnce: 2 });
  const { check, asked } = createCheck();
  const conversations = Array.from({ length: 5 }, (_, no) => rechecks.open(String(no), check));
  jest.advanceTimersByTime(EVERY_MS);
  const all = conversations.map(({ recheck }) => recheck());
  await settled();
  expect(check).toHaveBeenCalledTimes(2);
  asked[0]?.resolve();
  await settled();
  expect(check).toHaveBeenCalledTimes(3);
  for (let no = 1; no < 5; no += 1) {
    asked[no]?.resolve();
    await settled();
  }
  await Promise.all(all);
  expect(check).toHaveBeenCalledTimes(5);
});

test('the last conversation takes what was answered with it', async () => {
  const rechecks = createSharedRechecks({ everyMs: EVERY_MS });
  const { check } = createCheck();
  const [one, two] = [rechecks.open('caller', check), rechecks.open('caller', check)];
  one.close();
  one.close();
  jest.advanceTimersByTime(EVERY_MS);
  void two.recheck();
  void rechecks.open('caller', check);
  expect(check).toHaveBeenCalledTimes(1);
  two.close();
  await settled();
});
