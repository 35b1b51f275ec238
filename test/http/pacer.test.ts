import { createPacer } from '../../src/http/pacer';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

function listen(gaps: Readonly<Record<string, number>>) {
  const heard: string[] = [];
  const deliver = (key: string, newest: number) => void heard.push(`${key} ${String(newest)}`);
  return { heard, pacer: createPacer({ deliver, gapMsOf: (key) => gaps[key] ?? 0 }) };
}

test('what is said after a silence is passed on at once, and what comes in the gap when it is over, as one', () => {
  const { heard, pacer } = listen({ a: 50 });
  pacer.say('a', 1);
  expect(heard).toEqual(['a 1']);
  pacer.say('a', 2);
  pacer.say('a', 4);
  pacer.say('a', 3);
  jest.advanceTimersByTime(49);
  expect(heard).toEqual(['a 1']);
  jest.advanceTimersByTime(1);
  expect(heard).toEqual(['a 1', 'a 4']);
});

test('a gap follows each delivery, and after one in which nothing was said there is silence again', () => {
  const { heard, pacer } = listen({ a: 50 });
  pacer.say('a', 1);
  pacer.say('a', 2);
  jest.advanceTimersByTime(50);
  pacer.say('a', 3);
  expect(heard).toEqual(['a 1', 'a 2']);
  jest.advanceTimersByTime(50);
  expect(heard).toEqual(['a 1', 'a 2', 'a 3']);
  jest.advanceTimersByTime(50);
  pacer.say('a', 4);
  expect(heard).toEqual(['a 1', 'a 2', 'a 3', 'a 4']);
});

test('things have their own gaps, and one without a gap waits for nothing', () => {
  const { heard, pacer } = listen({ a: 50, b: 0.5 });
  pacer.say('a', 1);
  pacer.say('b', 1);
  pacer.say('b', 2);
  pacer.say('a', 2);
  expect(heard).toEqual(['a 1', 'b 1', 'b 2']);
});

test('nothing is delivered once it is closed', () => {
  const { heard, pacer } = listen({ a: 50 });
  pacer.say('a', 1);
  pacer.say('a', 2);
  pacer.close();
  pacer.say('a', 3);
  jest.advanceTimersByTime(100);
  expect(heard).toEqual(['a 1']);
});
