import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { sql } from 'kysely';
import { request } from 'undici';
import type { Store } from '../../src/store/database';
import { writeTestBundle } from '../support/workflow-bundle';
import { createApi, type Api } from './support/api';
import { countIn } from './support/direct-count';
import { createInstallation, type Installation } from './support/installation';
import { createLibrary, fillFolder, type Library } from './support/library';
import { createOpened } from './support/opened';
import type { RootProcess } from './support/root-process';
import { until } from './support/until';

const MILLION = 1_000_000;
/** Of them, those that lie in the target folder when the job begins. */
const THERE_ALREADY = 500;
const MIB = 1024 * 1024;
const MOVE_DEADLINE_MS = 300_000;
const DOWNLOAD_MS = 60_000;

const opened = createOpened();
let installation: Installation;
let facade: RootProcess;
let store: Store;
let library: Library;
let api: Api;

beforeAll(async () => {
  installation = opened.keep(await createInstallation());
  facade = await installation.start('server');
  store = await installation.openStore();
  library = await createLibrary(store.db);
  api = opened.keep(createApi(installation.url, library.apiKey));
});

afterAll(() => opened.closeAll());

test('the report of a job of a million items is complete and costs the façade less than 50 MiB', async () => {
  const { token, sourceId, targetId } = await moveMillion();

  const memory = watchPeakMemory(facade);
  const startedAt = performance.now();
  const { ids, statuses } = await download(token);
  const tookMs = performance.now() - startedAt;
  const growth = memory.growth();

  expect(ids.size).toBe(MILLION);
  expect(statuses).toEqual({ moved: MILLION - THERE_ALREADY, skipped: THERE_ALREADY });
  expect([await countIn(store.db, sourceId), await countIn(store.db, targetId)]).toEqual([0, MILLION]);
  expect(await countForeign(ids, targetId)).toBe(0);
  expect(growth.resident / MIB).toBeLessThan(50);
  expect(growth.anonymous / MIB).toBeLessThan(50);
  expect(tookMs).toBeLessThan(DOWNLOAD_MS);
});

/** A job of a million items, done by a worker of its own: nearly all are moved, a few were there already. */
async function moveMillion(): Promise<{ token: string; sourceId: string; targetId: string }> {
  const { source, target } = await fillFolder(store.db, library, MILLION);
  const { rows } = await sql<{ id: string }>`update assets set parent_id = ${target.id} where id in
    (select id from assets where parent_id = ${source.id} order by id limit ${THERE_ALREADY}) returning id`.execute(
    store.db,
  );
  const bundle = (await writeTestBundle(installation.dataDir)) ?? '';
  const worker = await installation.start('worker', { TEMPORAL_WORKFLOW_BUNDLE: bundle });
  try {
    const selection = [{ children: source.uuid }, ...rows.map((row) => Number(row.id))];
    const token = await api.move(library.project.uuid, target.uuid, selection);
    const isDone = async () => (await api.job(token)).state === 'done';
    await until(`job ${token} is done`, isDone, MOVE_DEADLINE_MS);
    return { token, sourceId: source.id, targetId: target.id };
  } finally {
    await worker.end('SIGTERM');
  }
}

/** Reads the report as a caller does who keeps up with it. */
async function download(token: string): Promise<{ ids: Set<string>; statuses: Record<string, number> }> {
  const headers = { 'x-api-key': library.apiKey, accept: 'text/csv' };
  const answer = await request(`${installation.url}/api/jobs/${token}/items`, { headers });
  expect(answer.statusCode).toBe(200);
  const ids = new Set<string>();
  const statuses: Record<string, number> = {};
  let lines = 0;
  for await (const line of createInterface({ input: answer.body, crlfDelay: Infinity })) {
    lines += 1;
    if (lines === 1) {
      expect(line).toBe('id,status,code,message,retryable');
      continue;
    }
    const [id = '', status = ''] = line.split(',', 2);
    ids.add(id);
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
  expect(lines).toBe(MILLION + 1);
  return { ids, statuses };
}

/** How many of the ids are not of assets in that folder. */
async function countForeign(ids: ReadonlySet<string>, folderId: string): Promise<number> {
  const rows = await store.db.selectFrom('assets').select('uuid').where('parent_id', '=', folderId).execute();
  return ids.size - rows.filter((row) => ids.has(row.uuid)).length;
}

interface Growth {
  readonly resident: number;
  readonly anonymous: number;
}

/**
 * The highest that a process reaches over where it stands now, in bytes: all its memory by the kernel's own mark, which
 * is set back first, and that of its own making by looking often.
 */
function watchPeakMemory({ pid }: RootProcess): { growth(): Growth } {
  const file = (name: string) => `/proc/${String(pid)}/${name}`;
  const read = (name: string) => {
    const [, kilobytes] = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(file('status'), 'utf8')) ?? [];
    if (kilobytes === undefined) throw new Error(`no ${name} in the status of process ${String(pid)}`);
    return Number(kilobytes) * 1024;
  };
  // 5 sets VmHWM back to VmRSS.
  writeFileSync(file('clear_refs'), '5');
  const before = { resident: read('VmRSS'), anonymous: read('RssAnon') };
  let anonymous = before.anonymous;
  const look = () => (anonymous = Math.max(anonymous, read('RssAnon')));
  const looking = setInterval(look, 10);
  return {
    growth: () => {
      clearInterval(looking);
      look();
      return { resident: read('VmHWM') - before.resident, anonymous: anonymous - before.anonymous };
    },
  };
}
