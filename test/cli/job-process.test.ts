import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { readJob } from '../../src/store/jobs';
import { createJobLibrary, type JobLibrary } from './job-library';

let library: JobLibrary;
const children: ChildProcess[] = [];

beforeAll(async () => {
  library = await createJobLibrary();
});

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await library.database.drop();
});

/** The tool as a process of its own; what it writes is read when it is asked for. */
function longhaul(...args: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli.ts', ...args], {
    cwd: join(__dirname, '..', '..'),
    env: { PATH: process.env['PATH'], DATABASE_URL: library.database.databaseUrl },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const errors = { text: '' };
  child.stderr.on('data', (chunk: Buffer) => (errors.text += chunk.toString()));
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  return { child, errors, closed };
}

test('Ctrl-C ends the watching with 130 and leaves the job alone', async () => {
  const { token } = await library.startMove(1);
  const { child, errors, closed } = longhaul('job', 'watch', token);
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  expect(await closed).toEqual([130, null]);
  expect(errors.text).toBe(`Not watching any more; job ${token} goes on.\n`);
  expect(await readJob(library.database.store.db, token)).toMatchObject({ state: 'running' });
}, 60_000);

test('a reader that has enough of the items ends the tool quietly', async () => {
  const { token } = await library.startMove(30_000);
  const { child, errors, closed } = longhaul('job', 'items', token, '--format', 'csv');
  const [first] = (await once(child.stdout, 'data')) as [Buffer];
  expect(first.toString()).toContain('id,status,code,message,retryable\r\n');
  child.stdout.destroy();
  expect(await closed).toEqual([0, null]);
  expect(errors.text).toBe('');
}, 60_000);

test('a reader that has enough of a watching ends it', async () => {
  const job = await library.startMove(1_000);
  const { child, errors, closed } = longhaul('job', 'watch', job.token);
  await once(child.stdout, 'data');
  child.stdout.destroy();
  await library.finish(job);
  expect(await closed).toEqual([0, null]);
  expect(errors.text).toBe('');
}, 60_000);
