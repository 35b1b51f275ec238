import { standingOf } from '../../src/domain/job-items';
import { type ReportedItems, writeItems } from '../../src/domain/job-report';

async function write(lists: readonly ReportedItems[], format: 'csv' | 'ndjson', withLines: boolean): Promise<string> {
  async function* batches() {
    yield await Promise.resolve(lists);
  }
  let text = '';
  for await (const part of writeItems(batches(), format, withLines)) text += part;
  return text;
}

const fine = standingOf(true, null, 'succeeded');
const bad = standingOf(true, 'line_invalid');

test('lines of a list have their numbers in the last column of a CSV', async () => {
  const list = { names: ['a', 'b'], standings: [fine, bad], lines: ['7', '3'] };
  expect(await write([list], 'csv', true)).toBe(
    'id,status,code,message,retryable,line\r\n' +
      'a,succeeded,,,false,7\r\n' +
      `b,failed,line_invalid,"${String(bad.message)}",false,3\r\n`,
  );
});

test('and in NDJSON as a number', async () => {
  const list = { names: ['a'], standings: [fine], lines: ['7'] };
  expect(JSON.parse(await write([list], 'ndjson', true))).toEqual({ id: 'a', ...fine, line: 7 });
});

test('items without numbers have no such column', async () => {
  const list = { names: ['a', 'b'], standings: [fine, fine] };
  expect(await write([list], 'csv', false)).toBe(
    'id,status,code,message,retryable\r\na,succeeded,,,false\r\nb,succeeded,,,false\r\n',
  );
});
