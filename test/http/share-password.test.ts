import { createSharePasswords } from '../../src/http/share-password';

const passwords = createSharePasswords();

test('a password matches its own hash only, and a hash tells its costs', async () => {
  const hashed = await passwords.hash('open sesame');
  expect(hashed).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await passwords.hash('open sesame')).not.toBe(hashed);
  expect(await passwords.verify('open sesame', hashed)).toBe(true);
  expect(await passwords.verify('open sesame ', hashed)).toBe(false);
});

test('without a hash nothing matches', async () => {
  expect(await passwords.verify('nobody has this password', null)).toBe(false);
});

test('many tries at once all get their answer', async () => {
  const hashed = await passwords.hash('open sesame');
  const tries = Array.from({ length: 20 }, (_, at) => passwords.verify(at % 2 === 0 ? 'open sesame' : 'shut', hashed));
  expect(await Promise.all(tries)).toEqual(tries.map((_, at) => at % 2 === 0));
});
