import fc from 'fast-check';
import { buildUuid, hasKey, isUuid, parseName, toKey } from '../../src/domain/names';

const random = fc.uint8Array({ minLength: 10, maxLength: 10 });
const instants = fc.integer({ min: 0, max: 4_102_444_800_000 });

describe('a uuid of ours', () => {
  it('has the form of a UUIDv7 and carries its instant', () => {
    const uuid = buildUuid(Date.UTC(2026, 10, 21), new Uint8Array(10).fill(0xff));
    expect(uuid).toBe('019aa3b3-c000-7fff-8fff-ffffffffffff'.replace('019aa3b3-c000', uuid.slice(0, 13)));
    expect(parseInt(uuid.replaceAll('-', '').slice(0, 12), 16)).toBe(Date.UTC(2026, 10, 21));
    expect(isUuid(uuid)).toBe(true);
  });

  it('has one key, of 20 URL-safe characters that are never all digits, which names it again', () => {
    fc.assert(
      fc.property(instants, random, (nowMs, bytes) => {
        const uuid = buildUuid(nowMs, bytes);
        const key = toKey(uuid);
        expect(key).toMatch(/^[A-Za-z0-9_-]{20}$/);
        expect(key).not.toMatch(/^[0-9]+$/);
        expect(parseName(key)).toEqual({ by: 'uuid', uuid });
      }),
    );
  });

  it('sorts by its instant', () => {
    fc.assert(
      fc.property(instants, random, random, (nowMs, a, b) => {
        expect(buildUuid(nowMs, a) < buildUuid(nowMs + 1, b)).toBe(true);
      }),
    );
  });

  it('refuses too few random bytes', () => {
    expect(() => buildUuid(0, new Uint8Array(9))).toThrow('needs 10 random bytes, got 9');
  });
});

describe('parseName', () => {
  it.each([
    ['0', { by: 'id', id: '0' }],
    ['9223372036854775807', { by: 'id', id: '9223372036854775807' }],
    ['0191E7A0-0000-4000-A000-00000000000F', { by: 'uuid', uuid: '0191e7a0-0000-4000-a000-00000000000f' }],
    ['9223372036854775808', null],
    ['007', null],
    ['-1', null],
    ['1.0', null],
    ['12345678901234567890', null],
    ['', null],
    ['urn:uuid:0191e7a0-0000-4000-a000-00000000000f', null],
    ['not-found-id', null],
    ['0191e7a000004000a00000000000000f', null],
    ["1' or '1'='1", null],
  ])('reads %j as %j', (text, name) => {
    expect(parseName(text)).toEqual(name);
  });
});

it('has no key for a uuid that is not of ours', () => {
  expect(hasKey('0191e7a0-0000-4000-8000-00000000000f')).toBe(false);
  expect(hasKey('0191e7a0-0000-7000-9000-00000000000f')).toBe(false);
  expect(() => toKey('0191e7a0-0000-4000-8000-00000000000f')).toThrow('has no key');
});
