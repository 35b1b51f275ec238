import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { type CliHarness, createCli } from './run-in-process';

let database: TestDatabase;
let cli: CliHarness;
let directory: string;

beforeAll(async () => {
  database = await createTestDatabase();
  cli = createCli({ DATABASE_URL: database.databaseUrl, TEMPORAL_ADDRESS: '127.0.0.1:1' });
  directory = await mkdtemp(join(tmpdir(), 'longhaul-actions-'));
});
afterAll(async () => {
  await database.drop();
  await rm(directory, { recursive: true });
});

async function write(name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

const action = (name: string, tag = 'x') =>
  `# An action\nname: ${name}\nnodes:\n  - id: a\n    uses: update_asset\n    with: { add_tags: [${tag}] }\n`;

test('apply makes an action, then versions of it, and changes nothing when the file says the same', async () => {
  const path = await write('tag.yaml', action('Tag'));
  const first = await cli.json('dag', 'apply', '-f', path);
  expect(first).toEqual({ id: first['id'], uuid: first['uuid'], name: 'Tag', version: 1, changed: true });
  expect(await cli.json('dag', 'apply', '-f', path)).toEqual({ ...first, changed: false });
  await write('tag.yaml', action('Tag', 'y'));
  expect(await cli.json('dag', 'apply', '--file', path)).toEqual({ ...first, version: 2 });

  const shown = await cli.json('dag', 'show', 'Tag', '--version', '1');
  expect(shown).toMatchObject({ name: 'Tag', version: 1, newest_version: 2, source: action('Tag') });
  const text = await cli.run('dag', 'show', String(first['id']), '--source');
  expect(text.stdout).toBe(action('Tag', 'y'));
  expect((await cli.run('dag', 'show', 'Tag')).stdout).toMatch(/^a +update_asset/m);
});

test('several files are answered as a list, and listed', async () => {
  const paths = [await write('one.yaml', action('One')), await write('two.yaml', action('Two'))];
  const applied = await cli.json('dag', 'apply', '-f', paths[0] ?? '', '-f', paths[1] ?? '');
  expect(applied['dag_actions']).toMatchObject([{ name: 'One', changed: true }, { name: 'Two', changed: true }]); // prettier-ignore
  const { dag_actions } = (await cli.json('dag', 'list')) as { dag_actions: { name: string }[] };
  expect(dag_actions.map(({ name }) => name)).toEqual(expect.arrayContaining(['One', 'Two']));
  expect((await cli.run('dag', 'list')).stdout).toMatch(/One +1 +General +1 /);
});

test('faults of all files are told with their lines, and nothing is applied', async () => {
  const good = await write('good.yaml', action('Good'));
  const bad = await write('bad.yaml', 'name: Bad\nnodes:\n  - id: a\n    uses: nothing\n  - id: a\n    uses: wait\n');
  const { exitCode, stderr } = await cli.run('dag', 'apply', '-f', good, '-f', bad);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`${bad}:4:11: nodes[0].uses must be one of`);
  expect(stderr).toContain(`${bad}:5:9: nodes[1].id "a" is the id of nodes[0] already`);
  const asJson = await cli.run('dag', 'apply', '-f', bad, '--json');
  expect(JSON.parse(asJson.stdout)).toMatchObject({ error: { code: 'action_invalid' } });
  expect((await cli.run('dag', 'show', 'Good')).stderr).toContain('there is no action "Good"');
});

test('a dry run tells whether the files are valid, without any store', async () => {
  const nowhere = createCli({ DATABASE_URL: 'postgres://127.0.0.1:1/x' });
  const path = await write('dry.yaml', action('Dry'));
  expect(await nowhere.json('dag', 'apply', '-f', path, '--dry-run')).toEqual({ name: 'Dry', nodes: 1, valid: true });
});

test('two files of one name, files that are not there and files that are too large are refused', async () => {
  const paths = [await write('p.yaml', action('P')), await write('q.yaml', action('P'))];
  const twice = await cli.run('dag', 'apply', '-f', paths[0] ?? '', '-f', paths[1] ?? '');
  expect(twice.stderr).toContain('q.yaml: another file calls itself P as well');
  const absent = await cli.run('dag', 'apply', '-f', join(directory, 'absent.yaml'));
  expect(absent.stderr).toContain('absent.yaml cannot be read (ENOENT)');
  const large = await cli.run('dag', 'apply', '-f', await write('large.yaml', '#'.repeat(600_000)));
  expect(large.stderr).toContain('large.yaml: must have at most 512 KiB');
});

test('the schema is one JSON object, for people too', async () => {
  const { stdout } = await cli.run('dag', 'schema');
  expect(JSON.parse(stdout)).toEqual(await cli.json('dag', 'schema'));
});
