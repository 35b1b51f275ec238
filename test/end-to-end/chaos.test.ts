import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { sql } from 'kysely';
import { identify, isAlive } from '../../src/embedded/process-identity';
import { checkAffairs } from './chaos/affairs-checks';
import { startChaosStack, type ChaosStack } from './chaos/chaos-stack';
import { planDisturbances } from './chaos/disturbances';
import { checkEvents } from './chaos/event-checks';
import { createFindings, type Findings } from './chaos/findings';
import { readOptions } from './chaos/options';
import { toText } from './chaos/report';
import { runChaos } from './chaos/run';
import { checkStore } from './chaos/store-checks';
import type { SyncEventAnswer } from './support/api';
import { createOpened } from './support/opened';
import type { RecordedRequest } from './support/recording-server';
import { familyOf, REPOSITORY } from './support/root-process';
import { readShape } from './support/shape';
import { until } from './support/until';

const OPTIONS = { seconds: 20, seed: 66, assets: 20_000, jsonFile: null, shape: readShape() };

const opened = createOpened();
let stack: ChaosStack;

beforeAll(async () => {
  stack = opened.keep(await startChaosStack(OPTIONS.assets));
});

afterAll(() => opened.closeAll());

test('the same seed makes the same plan, another one another', () => {
  const plan = planDisturbances(1, 300);
  expect(plan.length).toBeGreaterThan(20);
  expect(planDisturbances(1, 300)).toEqual(plan);
  expect(planDisturbances(1, 100)).toEqual(plan.filter(({ atMs }) => atMs < 100_000));
  expect(planDisturbances(2, 300)).not.toEqual(plan);
});

test('a bad option is refused with its name', () => {
  expect(readOptions(['--seed', '7'])).toEqual({
    seconds: 120,
    seed: 7,
    assets: 100_000,
    jsonFile: null,
    shape: readShape(),
  });
  expect(readOptions([]).seed).not.toBe(readOptions([]).seed);
  expect(() => readOptions(['--seconds', '1e99'])).toThrow('--seconds');
  expect(() => readOptions(['--assets', ''])).toThrow('--assets');
  expect(readOptions(['--shape', 'production']).shape).toBe('production');
  expect(() => readOptions(['--shape', 'round'])).toThrow('--shape');
});

test('some seconds of kills and steering break no invariant', async () => {
  const report = await runChaos(stack, OPTIONS, () => undefined, new AbortController().signal);
  process.stdout.write(toText(report));
  expect(report.findings).toEqual([]);
  expect(report.disturbances.flatMap(({ pids }) => pids).length).toBeGreaterThan(0);
  expect(report.jobs.reduce((sum, { succeeded }) => sum + succeeded, 0)).toBeGreaterThan(0);
  expect(report.steering.pause).toBeGreaterThan(0);
  expect(report.polls.answers).toBeGreaterThan(50);
});

test('what breaks an invariant of the store is found', async () => {
  const { db } = stack.store;
  const { id: project } = stack.library.project;
  // The last entry of an asset, written a second time: it starts where the asset no longer is.
  const last = sql`from (select distinct on (asset_id) * from history where kind = 'moved' order by asset_id, id desc) h
    where from_parent_id is distinct from to_parent_id and to_parent_id is not null order by asset_id limit 1`;
  const { rows } = await sql<{ asset_id: string }>`
    insert into history (asset_id, project_id, kind, job_id, from_parent_id, to_parent_id, created_at)
    select asset_id, project_id, kind, job_id, from_parent_id, to_parent_id, created_at ${last}
    returning asset_id`.execute(db);
  expect(rows).toHaveLength(1);
  await sql`delete from assets where id = (
    select max(id) from assets where project_id = ${project} and media_type <> 'folder')`.execute(db);
  await sql`update assets set parent_id = null where id = ${rows[0]?.asset_id}`.execute(db);
  await sql`update job_chunks set done_at = null
    where (job_id, no) = (
      select job_id, no from job_chunks where succeeded > 0
        and job_id in (select id from jobs where project_id = ${project}) limit 1)`.execute(db);
  await sql`update jobs set finished_at = null, outcome = null, state = 'running'
    where id = (select min(id) from jobs where project_id = ${project})`.execute(db);
  const findings = createSilentFindings();
  await checkStore(db, stack.library.project.id, findings);
  const found = new Set(findings.all.map(({ invariant }) => invariant));
  expect([...found].sort()).toEqual(['chain', 'ended', 'half_done', 'history', 'lies', 'moved_once', 'once', 'sums']);
});

test('what breaks an invariant of shares, reviews, files, runs and links is found', async () => {
  const { store, affairs, affairsApi } = stack;
  const { db } = store;
  const kinds = ['set_shared', 'review_request', 'bulk_ingest_media'];
  const { rows } = await sql`
    update jobs set total = total + 1, succeeded = succeeded + 1
    where id in (select min(id) from jobs where project_id = ${affairs.project.id} and kind = any(${kinds}) group by kind)
    returning id`.execute(db);
  expect(rows).toHaveLength(kinds.length);
  await sql`insert into history (asset_id, project_id, kind, created_at)
    values (${affairs.subjects[0]?.id}, ${affairs.project.id}, 'updated', now())`.execute(db);
  const link = { name: 'last', expirationDate: new Date(Date.now() + 5_000).toISOString() };
  expect((await affairsApi.post(`/api/asset/${affairs.subjects[0]?.uuid ?? ''}/share`, link)).status).toBe(200);
  await until('a link has expired', async () => {
    const { rows: doubled } = await sql`insert into history (asset_id, project_id, kind, details, created_at)
      select asset_id, project_id, kind, details, created_at from history where kind = 'share_expired' limit 1
      returning id`.execute(db);
    return doubled.length > 0;
  });
  const { token } = await db.selectFrom('jobs').select('uuid as token').where('kind', '=', 'dag_action_run').executeTakeFirstOrThrow(); // prettier-ignore
  const foreign = { method: 'POST', path: '/', key: `${token}:unknown`, headers: {}, body: '' };
  (affairs.recorder.effects as Map<string, RecordedRequest>).set(foreign.key, foreign);
  const findings = createSilentFindings();
  await checkAffairs(db, affairs, [await affairsApi.job(token)], findings);
  const found = new Set(findings.all.map(({ invariant }) => invariant));
  expect([...found].sort()).toEqual(['asked', 'files', 'flags', 'links', 'outside', 'tagged']);
});

test('a gap between events, one that does not add up and an end that was not told are found', () => {
  const info = { state: 'done', total: 3, succeeded: 3, skipped: 0, failed: 0, remaining: 0 };
  const event = (cursor: number, more: object) =>
    ({ cursor, data_type: 'jobs', data_key: 'a', data: { info: { ...info, ...more } } }) as SyncEventAnswer;
  const job = { ...info, token: 'a' } as unknown as Parameters<typeof checkEvents>[2][number];
  const findingsOf = (events: readonly SyncEventAnswer[]) => {
    const findings = createSilentFindings();
    checkEvents(events, 2, [job], findings);
    return findings.all.map(({ invariant }) => invariant);
  };
  expect(findingsOf([event(1, { succeeded: 1, remaining: 2 }), event(2, {})])).toEqual([]);
  expect(findingsOf([event(1, {}), event(3, {})])).toEqual(['cursors']);
  expect(findingsOf([event(1, {}), event(2, {}), event(2, {})])).toEqual(['cursors', 'cursors']);
  expect(findingsOf([event(1, { succeeded: 1 }), event(2, {})])).toEqual(['adds_up']);
  expect(findingsOf([event(1, {}), event(2, { state: 'running' })])).toEqual(['last_event']);
});

test('Ctrl-C ends the command in the middle of it, and nothing of it is left', async () => {
  const args = ['--import', 'tsx', join('test', 'end-to-end', 'chaos', 'main.ts'), '--seconds', '600', '--seed', '4', '--assets', '1000']; // prettier-ignore
  const child = spawn(process.execPath, args, { cwd: REPOSITORY, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  opened.keep({
    close: async () => {
      child.kill('SIGINT');
      await exited;
    },
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  await until('something is killed', () => output.includes('kill -9'));
  const pid = child.pid ?? 0;
  const family = familyOf(pid).map(identify);
  expect(family.length).toBeGreaterThan(2);
  child.kill('SIGINT');
  child.kill('SIGINT');
  expect(await exited).toEqual([130, null]);
  expect(output).toMatch(/^seed 4\n/);
  expect(family.filter((each) => each !== null && isAlive(each))).toEqual([]);
});

function createSilentFindings(): Findings {
  return createFindings(() => undefined);
}
