import { sql } from 'kysely';
import { createNode } from '../../support/dag-actions';
import { handlerOf, useChildJobs } from '../../support/dag-child-jobs';
import { begin, contextOf, createTestRun } from '../../support/dag-nodes';
import { applyAction } from '../../support/dag-runs';
import { createAssets } from '../../support/fixtures';
import { testSeal } from '../../support/ingest';

const jobs = useChildJobs();

describe('ingest_media', () => {
  const file = { url: 'https://files.example.test/cat.jpg?sig=SECRET', filename: 'cat.jpg' };

  it('makes a job with a sealed address', async () => {
    const { token } = await jobs.start('ingest_media', file);
    const { rows } = await sql<{ url_sealed: Buffer; text: string }>`
      select n.url_sealed, j.input::text as text from jobs j join ingests n on n.job_id = j.id where j.uuid = ${token}`.execute(
      jobs.store.db,
    );
    expect(testSeal.open(rows[0]?.url_sealed ?? Buffer.of(), jobs.library.asset.uuid)).toBe(file.url);
    expect(rows[0]?.text).not.toContain('SECRET');
  });

  it('fails with the code for which the file was given up', async () => {
    const begun = await jobs.start('ingest_media', file);
    await sql`update ingests set code = 'http_not_found' where job_id = (select id from jobs where uuid = ${begun.token})`.execute(
      jobs.store.db,
    );
    await jobs.end(begun.token, { state: 'done', outcome: 'with_failures', error: null });
    expect(await jobs.resume('ingest_media', begun)).toMatchObject({ kind: 'failed', code: 'http_not_found' });
  });

  it.each([
    [{ ...file, url: 'ftp://x' }, 'url_invalid'],
    [{ ...file, filename: 'a\u202eb' }, 'bad_with'],
  ])('does not begin with %j', async (given, code) => {
    expect((await jobs.start('ingest_media', given)).result).toMatchObject({ kind: 'failed', code });
  });

  it('does not begin for a folder', async () => {
    const asset = (await jobs.folderIn(jobs.library.project)).uuid;
    expect((await jobs.start('ingest_media', { ...file, asset })).result).toMatchObject({ code: 'asset_is_folder' });
  });
});

describe('run_action', () => {
  const permit = () =>
    jobs.store.db.insertInto('permissions').values({ user_id: jobs.library.user.id, name: 'ACTIONS_START' }).execute();
  const action = () =>
    applyAction(jobs.store.db, { inputs: { n: { type: 'integer', default: 7 } }, nodes: [createNode('a')] });

  it('makes a run inside the run, and gives what its nodes gave', async () => {
    await permit();
    const { name } = await action();
    const begun = await jobs.start('run_action', { action: name, inputs: { n: 8 } });
    const { rows } = await sql<Record<string, unknown>>`
      select r.origin, r.origin_run_id, r.depth, r.inputs from dag_action_runs r join jobs j on j.id = r.job_id
      where j.uuid = ${begun.token}`.execute(jobs.store.db);
    expect(rows[0]).toEqual({ origin: 'child', origin_run_id: begun.run.runId, depth: 1, inputs: { n: 8 } });
    await sql`update dag_run_nodes set state = 'succeeded', output = '{"x": 1}' where run_id in (
      select r.id from dag_action_runs r join jobs j on j.id = r.job_id where j.uuid = ${begun.token})`.execute(
      jobs.store.db,
    );
    await jobs.end(begun.token, { state: 'done', outcome: null, error: null });
    expect(await jobs.resume('run_action', begun)).toMatchObject({
      kind: 'done',
      output: { job: begun.token, status: 'succeeded', nodes: { a: { state: 'succeeded', output: { x: 1 } } } },
    });
  });

  it('fails with the nodes that have failed', async () => {
    await permit();
    const begun = await jobs.start('run_action', { action: (await action()).name });
    await sql`update dag_run_nodes set state = 'failed' where run_id in (
      select r.id from dag_action_runs r join jobs j on j.id = r.job_id where j.uuid = ${begun.token})`.execute(
      jobs.store.db,
    );
    await jobs.end(begun.token, { state: 'done', outcome: 'with_failures', error: null });
    expect(await jobs.resume('run_action', begun)).toMatchObject({
      kind: 'failed',
      code: 'run_failed',
      message: expect.stringMatching(/has failed at a$/) as string,
      output: { status: 'failed' },
    });
  });

  it('does not begin without the permission, for what is no action, with bad inputs, or too deep', async () => {
    const { name } = await action();
    expect((await jobs.start('run_action', { action: name })).result).toMatchObject({ code: 'forbidden' });
    await permit();
    expect((await jobs.start('run_action', { action: 'none' })).result).toMatchObject({ code: 'action_not_found' });
    expect((await jobs.start('run_action', { action: name, inputs: { n: 'x' } })).result).toMatchObject({
      code: 'bad_with',
    });
    const run = await createTestRun(jobs.store.db, jobs.library, 'run_action');
    const base = contextOf(jobs.library, run, 'run_action', { action: name });
    const deep = { ...base, run: { ...base.run, depth: 5 } };
    expect(await begin(jobs.store.db, handlerOf('run_action'), deep)).toMatchObject({
      kind: 'failed',
      code: 'too_deep',
    });
    expect(await begin(jobs.store.db, handlerOf('run_action'), { ...base, run: { ...base.run, depth: 4 } })).toMatchObject({ kind: 'waiting' }); // prettier-ignore
  });

  it('does not begin the action that it lies inside of on the same asset, and does so on another one', async () => {
    await permit();
    const run = await createTestRun(jobs.store.db, jobs.library, 'run_action');
    const { rows } = await sql<{ name: string }>`
      select a.name from dag_action_runs r join dag_actions a on a.id = r.action_id where r.id = ${run.runId}`.execute(
      jobs.store.db,
    );
    const given = { action: rows[0]?.name };
    const context = contextOf(jobs.library, run, 'run_action', given);
    expect(await begin(jobs.store.db, handlerOf('run_action'), context)).toMatchObject({
      kind: 'failed',
      code: 'runs_itself',
    });
    const [other] = await createAssets(
      jobs.store.db,
      { projectId: jobs.library.project.id, ownerId: jobs.library.user.id },
      1,
    );
    const elsewhere = contextOf(jobs.library, run, 'run_action', { ...given, asset: other?.uuid });
    expect(await begin(jobs.store.db, handlerOf('run_action'), elsewhere)).toMatchObject({ kind: 'waiting' });
  });

  it('may be tried again when the action takes no second run', async () => {
    await permit();
    const { name } = await applyAction(jobs.store.db, { concurrency: 'reject' });
    expect((await jobs.start('run_action', { action: name })).result).toMatchObject({ kind: 'waiting' });
    expect((await jobs.start('run_action', { action: name })).result).toMatchObject({ code: 'busy', retryable: true });
  });
});
