import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Check } from '../../src/cli/doctor-check';
import { deriveKey } from '../../src/secrets';
import { newUuid } from '../../src/store/ids';
import { createUrlSeal, type UrlSeal } from '../../src/store/url-seal';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createUser, type TestPlace } from '../support/fixtures';
import { makeRunDirectory, removeRunDirectory } from '../support/run-directory';
import { connectTestTemporal, type TestTemporal } from '../support/temporal';
import { createCli } from './run-in-process';

let database: TestDatabase;
let place: TestPlace;
let temporal: TestTemporal;

beforeAll(async () => {
  temporal = await connectTestTemporal();
});
afterAll(() => temporal.close());

beforeEach(async () => {
  database = await createTestDatabase();
  const { db } = database.store;
  place = { projectId: (await createProject(db)).id, ownerId: (await createUser(db)).id };
});
afterEach(() => database.drop());

async function look(name: string, env: Record<string, string> = {}): Promise<Check | undefined> {
  const { run } = createCli({ DATABASE_URL: database.databaseUrl, TEMPORAL_ADDRESS: temporal.address, ...env });
  const { checks } = JSON.parse((await run('doctor', '--json')).stdout) as { readonly checks: readonly Check[] };
  return checks.find((check) => check.name === name);
}

async function insertJob(startedSecondsAgo: number): Promise<{ readonly id: string; readonly token: string }> {
  const { rows } = await sql<{ id: string; token: string }>`
    insert into jobs (uuid, key, kind, project_id, created_by, input, succeeded, state, created_at, dispatched_at)
    values (${newUuid()}, ${randomUUID().slice(0, 20)}, 'bulk_move_assets', ${place.projectId}, ${place.ownerId}, '{}',
      0, 'running', now(), now() - make_interval(secs => ${startedSecondsAgo}::int))
    returning id, uuid as token`.execute(database.store.db);
  const [job] = rows;
  if (job === undefined) throw new Error('no job was made');
  return job;
}

const KEY = `sha256/ab/ab${'0'.repeat(62)}`;

async function insertMedia(sizeBytes: number) {
  const { db } = database.store;
  const [asset] = await createAssets(db, place, 1);
  await sql`insert into media (asset_id, filename, media_type, content_type, size_bytes, md5_sum, sha256_sum, object_key, created_at)
    values (${asset?.id ?? ''}, 'a', 'image', 'image/png', ${sizeBytes}, '', '', ${KEY}, now())`.execute(db);
}

const tellFiles = async (objects: Readonly<Record<string, string>>) => {
  const dataDir = makeRunDirectory();
  try {
    for (const [key, text] of Object.entries(objects)) {
      mkdirSync(join(dataDir, 'objects', key, '..'), { recursive: true });
      writeFileSync(join(dataDir, 'objects', key), text);
    }
    return await look('files of media', { DATA_DIR: dataDir });
  } finally {
    removeRunDirectory(dataDir);
  }
};

test('objects of media that are missing or of another size are told by their keys', async () => {
  await insertMedia(3);
  await insertMedia(3);
  expect(await tellFiles({ [KEY]: 'abc' })).toMatchObject({ state: 'ok', message: '1 objects are there' });
  expect(await tellFiles({ [KEY]: 'ab' })).toMatchObject({ state: 'failed', message: expect.stringContaining(`another size (${KEY})`) }); // prettier-ignore
  expect(await tellFiles({})).toMatchObject({ state: 'failed', message: expect.stringContaining(`1 objects are missing (${KEY})`) }); // prettier-ignore
});

test('what is sealed opens with the present DATA_SECRET, or is told', async () => {
  const { id } = await insertJob(0);
  const insert = (line: number, by: UrlSeal) => {
    const uuid = newUuid();
    return sql`insert into ingests (job_id, line, asset_uuid, url_sealed, url_host, filename, created_at, updated_at)
      values (${id}, ${line}, ${uuid}, ${by.seal('http://a.test/', uuid)}, 'a.test', 'f', now(), now())`.execute(
      database.store.db,
    );
  };
  const sealOf = (secret: string) => createUrlSeal(deriveKey(secret, 'addresses of files'));
  await insert(1, sealOf('a-data-secret-for-tests-only-00000'));
  const name = 'sealed with DATA_SECRET';
  expect(await look(name)).toMatchObject({ state: 'ok', message: '1 addresses of files open' });
  await insert(2, sealOf('another-data-secret-for-tests-only'));
  expect(await look(name)).toMatchObject({ state: 'failed', message: expect.stringMatching(/^1 of 2 addresses/) });
});

test('an open job whose workflow Temporal does not run is told by its token', async () => {
  const name = 'job workflows';
  await insertJob(0);
  expect(await look(name)).toMatchObject({ state: 'ok', message: 'Temporal runs those of 0 open jobs' });
  const { token } = await insertJob(60);
  expect(await look(name)).toMatchObject({ state: 'failed', message: expect.stringContaining(token) });
  await temporal.client.workflow.start('nobodyRunsIt', { workflowId: token, taskQueue: 'nobody', args: [] });
  expect(await look(name)).toMatchObject({ state: 'ok', message: 'Temporal runs those of 1 open jobs' });
  await temporal.client.workflow.getHandle(token).terminate();
  expect((await look(name))?.state).toBe('failed');
});
