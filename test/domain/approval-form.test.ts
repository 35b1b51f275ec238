import { type ApprovalForm, readApprovalWait, readFormValues, toStoredWait } from '../../src/domain/approval-form';

const FORM: ApprovalForm = {
  channel: { type: 'string', required: true, options: ['web', 'print'] },
  note: { type: 'string', required: false },
  copies: { type: 'integer', required: false },
  price: { type: 'number', required: false },
  final: { type: 'boolean', required: false },
};
const read = (given: Record<string, unknown>, complete = true) => readFormValues(FORM, given, { complete });
const faultsOf = (given: Record<string, unknown>) => {
  const reading = read({ channel: 'web', ...given });
  return reading.kind === 'invalid' ? reading.faults : [];
};

it('takes values of every type, and null for none', () => {
  const values = { channel: 'print', note: '', copies: 0, price: 1.5, final: false };
  expect(read(values)).toEqual({ kind: 'fine', values });
  expect(read({ channel: 'web', note: null })).toEqual({ kind: 'fine', values: { channel: 'web' } });
});

it.each([
  ['note', 5, 'must be a text'],
  ['note', 'a\0', 'must not hold control characters'],
  ['note', '\ud800', 'must not hold lone surrogates'],
  ['note', 'x'.repeat(10_001), 'must have 10000 characters at most'],
  ['channel', 'radio', 'must be one of web, print'],
  ['channel', '', 'is required'],
  ['channel', null, 'is required'],
  ['copies', 1.5, 'must be a whole number'],
  ['copies', '1', 'must be a whole number'],
  ['copies', 2 ** 53, 'must be a whole number'],
  ['price', Number.NaN, 'must be a number'],
  ['price', Infinity, 'must be a number'],
  ['final', 'true', 'must be true or false'],
  ['final', [], 'must be true or false'],
  ['other', 1, 'is not a field of the form'],
  ['__proto__x', 1, 'is not a field of the form'],
])('refuses %s = %j, naming the field', (field, value, message) => {
  expect(faultsOf({ [field]: value })).toEqual([{ field, message }]);
});

it('names every field that is wrong', () => {
  const reading = read({ copies: 'x', final: 1 });
  expect(reading).toMatchObject({ faults: [{ field: 'channel' }, { field: 'copies' }, { field: 'final' }] });
});

it('asks for nothing that is required where it need not be complete, but checks what is given', () => {
  expect(read({}, false)).toEqual({ kind: 'fine', values: {} });
  expect(read({ channel: 'radio' }, false)).toMatchObject({ faults: [{ field: 'channel' }] });
});

it('takes nothing from the prototype of what is given', () => {
  const given = Object.create({ note: 5 }) as Record<string, unknown>;
  given['channel'] = 'web';
  expect(read(given)).toEqual({ kind: 'fine', values: { channel: 'web' } });
  const reading = readFormValues({}, JSON.parse('{"__proto__": 1, "constructor": 2}') as Record<string, unknown>, { complete: true }); // prettier-ignore
  expect(reading).toMatchObject({ faults: [{ field: '__proto__' }, { field: 'constructor' }] });
});

it('reads back what a node waits for, and nothing else', () => {
  const wait = { message: 'Fine?', form: FORM, onTimeout: 'fail', deadline: null } as const;
  expect(readApprovalWait(toStoredWait(wait))).toMatchObject(wait);
  expect(readApprovalWait({ until: '2026-03-01T10:00:00.000Z' })).toBeNull();
  expect(readApprovalWait(null)).toBeNull();
});
