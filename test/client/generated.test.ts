import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeRunDirectory, removeRunDirectory } from '../support/run-directory';

const ROOT = join(__dirname, '..', '..');
const COMMITTED = join(ROOT, 'clients', 'typescript', 'src', 'generated', 'api.ts');

const readJson = (...path: string[]) =>
  JSON.parse(readFileSync(join(ROOT, ...path), 'utf8')) as {
    readonly version: string;
    readonly dependencies: Readonly<Record<string, string>>;
    readonly devDependencies: Readonly<Record<string, string>>;
  };

test('the committed types are those of the present routes: `npm run client:generate` writes them anew', () => {
  const directory = makeRunDirectory();
  try {
    const file = join(directory, 'api.ts');
    execFileSync(process.execPath, ['--import', 'tsx', join('scripts', 'generate-client.ts'), file], { cwd: ROOT });
    const generated = readFileSync(file, 'utf8').split('\n');
    const committed = readFileSync(COMMITTED, 'utf8').split('\n');
    expect(generated.length).toBeGreaterThan(5_000);
    const at = generated.findIndex((line, index) => line !== committed[index]);
    expect({ line: at + 1, text: committed[at] }).toEqual({ line: at + 1, text: generated[at] });
    expect(committed).toHaveLength(generated.length);
  } finally {
    removeRunDirectory(directory);
  }
}, 120_000);

test('the client names the versions of its packages that it is tested with', () => {
  const ours = readJson('package.json');
  const client = readJson('clients', 'typescript', 'package.json');
  expect(client.version).toBe(ours.version);
  expect(Object.keys(client.dependencies).length).toBeGreaterThan(0);
  expect(ours.devDependencies).toMatchObject(client.dependencies);
});
