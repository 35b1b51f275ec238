import { moveNextChunk } from '../../src/store/bulk-move-chunk';
import { FILE_PHASE } from '../../src/store/bulk-move-job';
import { cancelJob, pauseJob, resumeJob } from '../../src/store/job-control';
import { refreshCounts } from '../../src/store/job-progress';
import { readTestVariable } from '../support/environment';
import { runOn } from '../support/template-database';
import { createJobLibrary, type JobLibrary, type TestJob } from './job-library';
import { createCli } from './run-in-process';

let library: JobLibrary;

beforeAll(async () => {
  library = await createJobLibrary();
});

const watchings: { readonly job: TestJob; readonly ended: Promise<unknown> }[] = [];

// A test that failed has left its job open, and the watching of it would last.
afterEach(async () => {
  for (const { job, ended } of watchings.splice(0)) {
    await cancelJob(library.database.store.db, job.jobId, null, new Date());
    await ended;
  }
});
afterAll(() => library.database.drop());

/** A watching whose output can be read while it goes on. */
function watch(job: TestJob, args: readonly string[] = [], columns: number | null = null, now = Date.now) {
  const written = { text: '', errors: '' };
  let interrupt = () => {};
  const { run } = createCli(
    { DATABASE_URL: library.database.databaseUrl },
    {
      out: (text) => (written.text += text),
      err: (text) => (written.errors += text),
      now,
      screen: columns === null ? null : { columns: () => columns },
      onInterrupt: (leave) => {
        interrupt = leave;
        return () => {};
      },
    },
  );
  const ended = run('job', 'watch', job.token, ...args);
  watchings.push({ job, ended });
  return { written, ended, interrupt: () => interrupt() };
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function moveOneChunk(job: TestJob): Promise<void> {
  const { db, pool } = library.database.store;
  await moveNextChunk(pool, job, FILE_PHASE, new Date());
  await db.transaction().execute((tx) => refreshCounts(tx, job.jobId, new Date()));
}

const MINUTE = 60_000;

test(
  'on a terminal one line is drawn anew, and the summary follows it',
  async () => {
    const job = await library.startMove(2_000);
    const { written, ended } = watch(job, [], 60);
    await until(() => written.text.includes('  0 %'));
    await moveOneChunk(job);
    await until(() => written.text.includes(' 50 %'));
    await pauseJob(library.database.store.db, job.jobId, library.admin, new Date());
    await until(() => written.text.includes('paused by root@example.test'));
    await resumeJob(library.database.store.db, job.jobId, library.admin, new Date());
    await library.finish(job);
    const { exitCode } = await ended;
    expect(exitCode).toBe(0);
    const [live = '', summary, end, ...rest] = written.text.split('\n');
    expect([end, rest]).toEqual(['', []]);
    expect(summary).toMatch(/^2,000 moved, 0 skipped, 0 failed of 2,000 in [\d.]+ s: succeeded$/);
    const drawn = live.split('\r').slice(1);
    for (const line of drawn) {
      expect(line.endsWith('\u001b[K')).toBe(true);
      expect(line.length - '\u001b[K'.length).toBeLessThan(60);
    }
    expect(drawn.at(-1)).toContain('done     ████████████ 100 %');
  },
  MINUTE,
);

test(
  'where nobody looks on each change is a line, one a second at most',
  async () => {
    const job = await library.startMove(3_000);
    const clock = { ms: Date.now(), readings: 0 };
    const { written, ended } = watch(job, [], null, () => {
      clock.readings += 1;
      return clock.ms;
    });
    await until(() => written.text !== '');
    await moveOneChunk(job);
    const readings = clock.readings;
    await until(() => clock.readings > readings + 4);
    expect(written.text.match(/\n/g)).toHaveLength(1);
    clock.ms += 1_000;
    await until(() => written.text.includes('33 %'));
    await cancelJob(library.database.store.db, job.jobId, library.admin, new Date());
    const { exitCode } = await ended;
    expect(exitCode).toBe(1);
    const lines = written.text.trimEnd().split('\n');
    expect(lines[0]).toBe('running  0 %  0 / 3,000  waiting for a worker');
    expect(lines[1]).toMatch(/^running {2}33 % {2}1,000 \/ 3,000/);
    expect(lines.at(-1)).toMatch(/^1,000 moved, 0 skipped, 0 failed, 2,000 remaining of 3,000 in .* s: cancelled$/);
    expect(lines).toHaveLength(3);
  },
  MINUTE,
);

test(
  '--json prints nothing but the job, at its end',
  async () => {
    const job = await library.startMove(1, true);
    const { written, ended } = watch(job, ['--json'], 60);
    await library.finish(job);
    expect((await ended).exitCode).toBe(1);
    expect(written.text.match(/\n/g)).toHaveLength(1);
    expect(JSON.parse(written.text)).toMatchObject({ token: job.token, outcome: 'with_failures', failed: 1 });
  },
  MINUTE,
);

test(
  'a store that goes away is waited for, and its job seen to the end',
  async () => {
    const job = await library.startMove(1);
    const { written, ended } = watch(job, [], 100);
    await until(() => written.text.includes('running'));
    const server = readTestVariable('TEST_DATABASE_URL');
    const name = new URL(library.database.databaseUrl).pathname.slice(1);
    await runOn(server, `alter database ${name} with allow_connections false`);
    try {
      await runOn(
        server,
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = '${name}' and application_name like 'longhaul-cli%'`,
      );
      await until(() => written.text.includes('waiting for the store: '));
    } finally {
      await runOn(server, `alter database ${name} with allow_connections true`);
    }
    await library.finish(job);
    expect((await ended).exitCode).toBe(0);
    expect(written.errors).toBe('');
    expect(written.text).toMatch(/\n1 moved, 0 skipped, 0 failed of 1 in [\d.]+ s: succeeded\n$/);
  },
  MINUTE,
);

test(
  'who interrupts it gets a new line and is told that the job goes on; nothing is drawn after that',
  async () => {
    const job = await library.startMove(1);
    const { written, ended, interrupt } = watch(job, [], 60);
    await until(() => written.text.includes('running'));
    interrupt();
    const left = written.text;
    expect(left.endsWith('\u001b[K\n')).toBe(true);
    expect(written.errors).toBe(`Not watching any more; job ${job.token} goes on.\n`);
    await library.finish(job);
    await ended;
    expect(written.text.slice(left.length)).toMatch(/^1 moved, [^\r]*\n$/);
  },
  MINUTE,
);
