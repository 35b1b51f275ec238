import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EmbeddedStack } from '../../src/embedded/stack';
import {
  findPostmasters,
  joinInProcess,
  makeDirectory,
  query,
  removeHome,
  silent,
  startChildRoot,
  until,
} from './home';

const asRoot = process.getuid?.() === 0 ? test : test.skip;
// Each test starts and stops real servers several times, on a machine that may be busy with other tests.
jest.setTimeout(90_000);

const PORT_FORM = /:(\d+)\//;

let directory: string;
let dataDir: string;
/** A DATA_DIR that has been used once: copies of it spare most tests the making of the first data. */
let used: string;
beforeAll(async () => {
  used = makeDirectory();
  dataDir = used;
  await (await joinHere()).close();
});
afterAll(() => {
  rmSync(used, { recursive: true });
});
beforeEach(() => {
  directory = makeDirectory();
  // As in a checkout that everybody may read.
  chmodSync(directory, 0o755);
  dataDir = join(directory, 'data');
});
afterEach(async () => {
  if (existsSync(dataDir)) await removeHome(dataDir);
  rmSync(directory, { recursive: true });
});

function copyUsedData(): void {
  cpSync(used, dataDir, { recursive: true });
}

async function joinHere(): Promise<EmbeddedStack> {
  return await joinInProcess({ dataDir, postgres: true, temporal: null, searchAttributes: {}, log: silent });
}

async function addNote(databaseUrl: string | null): Promise<void> {
  await query(databaseUrl, 'CREATE TABLE IF NOT EXISTS notes (id serial)');
  await query(databaseUrl, 'INSERT INTO notes DEFAULT VALUES');
}

async function countNotes(databaseUrl: string | null): Promise<unknown> {
  return (await query(databaseUrl, 'SELECT count(*)::int FROM notes'))[0]?.[0];
}

/** True while the server takes sessions; a statement may meet it in the middle of coming up again. */
async function answers(databaseUrl: string | null): Promise<boolean> {
  return await query(databaseUrl, 'SELECT 1').then(
    () => true,
    () => false,
  );
}

test('a second start finds the data again on the same port, and the last to leave stops the server', async () => {
  const first = await joinHere();
  const settings = await query(
    first.databaseUrl,
    `SELECT current_user, current_database(), current_setting('fsync'), current_setting('synchronous_commit'),
       upper('é'), current_setting('server_encoding'), current_setting('listen_addresses')`,
  );
  expect(settings).toEqual([['longhaul', 'longhaul', 'on', 'on', 'É', 'UTF8', '127.0.0.1']]);
  await addNote(first.databaseUrl);
  await first.close();
  await first.close();
  expect(findPostmasters(dataDir)).toEqual([]);
  expect(await answers(first.databaseUrl)).toBe(false);

  const second = await joinHere();
  expect(second.databaseUrl).toBe(first.databaseUrl);
  expect(await countNotes(second.databaseUrl)).toBe(1);
  await second.close();
});

test('roots of several processes share one server until the last one leaves', async () => {
  copyUsedData();
  const order = { dataDir, postgres: true, temporal: null };
  const [here, there, third] = await Promise.all([joinHere(), startChildRoot(order), startChildRoot(order)]);
  expect([there.databaseUrl, third.databaseUrl]).toEqual([here.databaseUrl, here.databaseUrl]);
  const postmasters = findPostmasters(dataDir);
  expect(postmasters).toHaveLength(1);
  await here.close();
  await third.kill('SIGTERM');
  expect(findPostmasters(dataDir)).toEqual(postmasters);
  expect(await answers(there.databaseUrl)).toBe(true);
  await there.kill('SIGTERM');
  expect(findPostmasters(dataDir)).toEqual([]);
});

test('the server that a killed root left behind is taken over', async () => {
  copyUsedData();
  const killed = await startChildRoot({ dataDir, postgres: true, temporal: null });
  await addNote(killed.databaseUrl);
  await killed.kill('SIGKILL');
  const left = findPostmasters(dataDir);
  expect(left).toHaveLength(1);
  const next = await joinHere();
  expect(next.databaseUrl).toBe(killed.databaseUrl);
  expect(findPostmasters(dataDir)).toEqual(left);
  expect(await countNotes(next.databaseUrl)).toBe(1);
  await next.close();
  expect(findPostmasters(dataDir)).toEqual([]);
});

test('a root killed while it makes the first data does not spoil the next start', async () => {
  const order = JSON.stringify({ dataDir, postgres: true, temporal: null });
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'joining-root.ts'), order]);
  await until(
    'initdb runs',
    () => existsSync(dataDir) && readdirSync(dataDir).some((name) => name.includes('unfinish')),
  );
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
  const next = await joinHere();
  expect(await answers(next.databaseUrl)).toBe(true);
  expect(readdirSync(dataDir).filter((name) => name.includes('unfinish'))).toEqual([]);
  await next.close();
});

test('a server that is killed under two roots comes back once, at the same address, with its data', async () => {
  copyUsedData();
  const here = await joinHere();
  const there = await startChildRoot({ dataDir, postgres: true, temporal: null });
  await addNote(here.databaseUrl);
  // A backend that never looks up would hold the shared memory for minutes after the kill.
  const busy = query(here.databaseUrl, 'SELECT count(*) FROM generate_series(1, 100000000000)');
  const broken = expect(busy).rejects.toThrow();
  const isBusy = "SELECT count(*)::int FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%100000000000%'";
  await until('the long statement runs', async () => Number((await query(here.databaseUrl, isBusy))[0]?.[0]) === 2);
  const [killed] = findPostmasters(dataDir);
  process.kill(killed ?? 0, 'SIGKILL');
  await broken;
  await until('the server answers again', async () => await answers(here.databaseUrl));
  expect(findPostmasters(dataDir)).toHaveLength(1);
  expect(findPostmasters(dataDir)).not.toEqual([killed]);
  expect(await countNotes(here.databaseUrl)).toBe(1);
  await there.kill('SIGTERM');
  await here.close();
  expect(findPostmasters(dataDir)).toEqual([]);
});

test('the lock file of a server that was killed does not stop the next start, whoever has its pid now', async () => {
  copyUsedData();
  const first = await joinHere();
  await first.close();
  const lines = [
    process.pid,
    join(dataDir, 'postgres'),
    1,
    PORT_FORM.exec(first.databaseUrl ?? '')?.[1],
    '',
    '127.0.0.1',
  ];
  writeFileSync(join(dataDir, 'postgres', 'postmaster.pid'), `${lines.join('\n')}\n`);
  const second = await joinHere();
  expect(await answers(second.databaseUrl)).toBe(true);
  await second.close();
});

test('nothing is started or written when other servers are used', async () => {
  const log = silent;
  const stack = await joinInProcess({ dataDir, postgres: false, temporal: null, searchAttributes: {}, log });
  expect(stack).toMatchObject({ databaseUrl: null, temporalAddress: null, temporalUiUrl: null });
  await stack.close();
  expect(existsSync(dataDir)).toBe(false);
});

test('a DATA_DIR that cannot be used says so and names it', async () => {
  writeFileSync(dataDir, 'a file is in the way');
  const start = joinHere();
  await expect(start).rejects.toMatchObject({ name: 'EmbeddedStartError' });
  await expect(start).rejects.toThrow(`DATA_DIR ${dataDir} cannot be used: ENOTDIR`);
  rmSync(dataDir);
});

asRoot('root can start below a closed directory, and the data moves to an open one and back', async () => {
  const closed = join(directory, 'closed');
  mkdirSync(closed, { mode: 0o700 });
  const notes: unknown[] = [];
  for (const place of [closed, directory, closed]) {
    const previous = dataDir;
    dataDir = join(place, 'data');
    if (existsSync(previous)) renameSync(previous, dataDir);
    const stack = await joinHere();
    await addNote(stack.databaseUrl);
    notes.push(await countNotes(stack.databaseUrl));
    await stack.close();
    expect(findPostmasters(dataDir)).toEqual([]);
  }
  expect(notes).toEqual([1, 2, 3]);
});
