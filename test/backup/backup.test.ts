import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { pino } from 'pino';
import { backUp, type BackUpOptions } from '../../src/backup/back-up';
import { LIST_NAME, MANIFEST_NAME, type Manifest } from '../../src/backup/manifest';
import { restore } from '../../src/backup/restore';
import { startPostgres, type PostgresServer } from '../../src/embedded/postgres';
import { makeRunDirectory, removeRunDirectory } from '../support/run-directory';

const log = pino({ level: 'silent' });
const NOW = new Date('2026-03-01T00:00:00Z');
const ROW_BYTES = 1_984;

const home = makeRunDirectory();
const dataDir = join(home, 'data');
const objectsDir = join(dataDir, 'objects');
let postgres: PostgresServer;
let session: Client;
let lastRow = 0;

const put = (root: string, path: string, text: string) => {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text, { mode: 0o600 });
};

async function open(databaseUrl: string): Promise<Client> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  return client;
}

async function writeRow(): Promise<void> {
  const text = `insert into rows (id, body) values ($1::int, repeat(md5($1::int::text), $2))`;
  await session.query(text, [lastRow + 1, ROW_BYTES / 32]);
  lastRow += 1;
}

async function make(to: string, more: Partial<BackUpOptions> = {}): Promise<Manifest> {
  return backUp({
    dataDir,
    to: join(home, to),
    databaseUrl: postgres.databaseUrl,
    objectsDir,
    withTemporalStopped: (work) => work(),
    schema: ['0001-initial'],
    dataSecretPrint: 'abc',
    now: NOW,
    ...more,
  });
}

const bring = (from: string, to: string, more: { withoutTemporal?: boolean; knownSchema?: string[] } = {}) =>
  restore({
    from: join(home, from),
    dataDir: join(home, to),
    knownSchema: ['0001-initial', '0002-next'],
    postgresMajor: 18,
    ...more,
  });

beforeAll(async () => {
  mkdirSync(dataDir);
  postgres = await startPostgres({ dataDir, log });
  session = await open(postgres.databaseUrl);
  await session.query('create table rows (id int primary key, body text not null)');
  put(dataDir, 'secrets/data-secret', 'the data secret');
  put(dataDir, 'temporal/temporal.db', 'a database');
  put(dataDir, 'temporal/temporal.db-wal', 'its log');
  put(dataDir, 'temporal/temporal.db-shm', 'of no use');
  put(objectsDir, 'sha256/aa/aa01', 'one');
  put(objectsDir, '.unfinished/draft', 'half');
}, 120_000);

afterAll(async () => {
  await session.end();
  await postgres.stop();
  removeRunDirectory(home);
}, 60_000);

test('a copy made while rows are written and objects come has one state of all, with what was committed before', async () => {
  let writing = true;
  while (lastRow < 200) await writeRow();
  const before = lastRow;
  const writer = (async () => {
    while (writing) {
      await writeRow();
      if (lastRow % 500 === 0) await session.query('checkpoint');
    }
  })();
  const manifest = await make('busy', {
    onPart: (part) => {
      if (part === 'postgres') put(objectsDir, 'sha256/bb/bb02', 'came while Postgres was copied');
    },
  }).finally(() => (writing = false));
  await writer;
  expect(lastRow).toBeGreaterThan(before);
  expect(manifest).toMatchObject({ format: 1, postgres: { major: 18 }, temporal: 'here', objects: 'here' });

  const restored = await bring('busy', 'restored');
  expect([restored.files, restored.bytes]).toEqual([manifest.files, manifest.bytes]);
  const target = join(home, 'restored');
  expect(readdirSync(join(target, 'temporal')).sort()).toEqual(['temporal.db', 'temporal.db-wal']);
  expect(readFileSync(join(target, 'secrets/data-secret'), 'utf8')).toBe('the data secret');
  expect(readFileSync(join(target, 'objects/sha256/aa/aa01'), 'utf8')).toBe('one');
  expect(readFileSync(join(target, 'objects/sha256/bb/bb02'), 'utf8')).toBe('came while Postgres was copied');
  expect(existsSync(join(target, 'objects/.unfinished'))).toBe(false);

  const server = await startPostgres({ dataDir: target, log });
  const reader = await open(server.databaseUrl);
  try {
    const { rows } = await reader.query<{ count: number; newest: number; sound: boolean }>(
      `select count(*)::int as count, max(id) as newest, bool_and(body = repeat(md5(id::text), $1)) as sound from rows`,
      [ROW_BYTES / 32],
    );
    const [seen = { count: 0, newest: 0, sound: false }] = rows;
    // Written one after the other: a state without a gap is a state that there was.
    expect(seen).toEqual({ count: seen.newest, newest: seen.newest, sound: true });
    expect(seen.newest).toBeGreaterThanOrEqual(before);
    expect(seen.newest).toBeLessThanOrEqual(lastRow);
    // The copy is a server of its own: it takes writes, also after another start.
    await reader.query('insert into rows values (-1, $1)', ['new']);
  } finally {
    await reader.end();
    await server.stop();
  }
  const slots = await session.query('select 1 from pg_replication_slots');
  expect(slots.rowCount).toBe(0);
}, 180_000);

describe('what is not whole is refused, and the DATA_DIR stays as it was', () => {
  beforeAll(() => make('whole').then(() => undefined), 120_000);

  async function faultOf(work: Promise<unknown>): Promise<{ code: string; message: string }> {
    return work.then(
      () => ({ code: 'none', message: '' }),
      (error: unknown) => error as { code: string; message: string },
    );
  }

  test('a backup that was cut short', async () => {
    put(home, `cut/${LIST_NAME}`, '');
    const fault = await faultOf(bring('cut', 'new'));
    expect(fault).toMatchObject({ code: 'incomplete', message: expect.stringContaining('did not come to its end') });
    expect(await faultOf(bring('nothing', 'new'))).toMatchObject({ code: 'incomplete' });
  });

  test.each([
    ['other bytes', (path: string) => writeFileSync(path, 'two'), 'is damaged'],
    ['too few', (path: string) => truncateSync(path, 1), 'is damaged'],
    ['none', (path: string) => rmSync(path), 'is missing'],
  ])('a file with %s is named', async (_what, spoil, words) => {
    const path = join(home, 'whole', 'objects/sha256/aa/aa01');
    spoil(path);
    const fault = await faultOf(bring('whole', 'new'));
    put(home, 'whole/objects/sha256/aa/aa01', 'one');
    expect(fault.code).toBe('damaged');
    expect(fault.message).toContain(`${path} ${words}`);
    expect(readdirSync(home).filter((name) => name.startsWith('new'))).toEqual([]);
  });

  test.each([
    [{ format: 2 }, 'other_format', 'format 2'],
    [{ machine: 'plan9-mips' }, 'other_machine', 'plan9-mips'],
    [{ postgres: { major: 17, start_lsn: '0/1', stop_lsn: '0/2' } }, 'other_postgres', 'Postgres 17'],
    [{ schema: ['0001-initial', '0099-later'] }, 'newer_schema', '0099-later'],
    [{ list_sha256: '0'.repeat(64) }, 'damaged', LIST_NAME],
    [{ created_at: 'yesterday' }, 'damaged', 'created_at'],
  ])('a manifest with %j', async (change, code, words) => {
    const path = join(home, 'whole', MANIFEST_NAME);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, JSON.stringify({ ...(JSON.parse(text) as object), ...change }));
    const fault = await faultOf(bring('whole', 'new'));
    writeFileSync(path, text);
    expect(fault.code).toBe(code);
    expect(fault.message).toContain(words);
  });

  test.each(['../outside', 'objects/../../outside', '/outside', 'objects//outside'])(
    'a list that names %s',
    async (path) => {
      const [list, manifest] = [LIST_NAME, MANIFEST_NAME].map((name) => join(home, 'whole', name)) as [string, string];
      const [listText, manifestText] = [list, manifest].map((file) => readFileSync(file, 'utf8')) as [string, string];
      const spoiled = `${JSON.stringify({ path, mode: 0o600, bytes: 0, sha256: '0'.repeat(64) })}\n${listText}`;
      const sum = createHash('sha256').update(spoiled).digest('hex');
      writeFileSync(list, spoiled);
      writeFileSync(manifest, JSON.stringify({ ...(JSON.parse(manifestText) as object), list_sha256: sum }));
      const fault = await faultOf(bring('whole', 'new'));
      writeFileSync(list, listText);
      writeFileSync(manifest, manifestText);
      expect(fault).toMatchObject({ code: 'damaged', message: expect.stringContaining(path) });
    },
  );

  test('a DATA_DIR that holds something, and what it holds is left alone', async () => {
    const fault = await faultOf(bring('whole', 'data'));
    expect(fault).toMatchObject({ code: 'not_empty', message: expect.stringContaining(dataDir) });
    expect((await session.query('select 1 from rows limit 1')).rowCount).toBe(1);
  });

  test('a backup into DATA_DIR, or beside another one', async () => {
    expect(await faultOf(make('data/backup'))).toMatchObject({ code: 'inside_data' });
    expect(await faultOf(make('whole'))).toMatchObject({ code: 'not_empty' });
  });

  test('what was left by a restore that was killed does not stand in the way', async () => {
    put(home, 'new.restoring/postgres/half', 'half');
    await bring('whole', 'new', { withoutTemporal: true });
    expect(readdirSync(join(home, 'new')).sort()).toEqual(['objects', 'postgres', 'postgres.password', 'secrets']);
    expect(existsSync(join(home, 'new', 'postgres/half'))).toBe(false);
  });
});

test('a Postgres that goes away in the middle fails the backup, and leaves no manifest', async () => {
  const end = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'longhaul-backup'`;
  const work = make('interrupted', {
    onPart: (part) => {
      if (part !== 'postgres') return;
      const again = setInterval(() => {
        void session.query(end).then(({ rowCount }) => {
          if ((rowCount ?? 0) > 0) clearInterval(again);
        });
      }, 20);
    },
  });
  await expect(work).rejects.toThrow();
  expect(existsSync(join(home, 'interrupted', MANIFEST_NAME))).toBe(false);
  expect((await session.query('select 1 from pg_replication_slots')).rowCount).toBe(0);
}, 60_000);
