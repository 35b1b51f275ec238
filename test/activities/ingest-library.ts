import type { IdentifiedMedia } from '../../src/media/media-task';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { pino } from 'pino';
import { createIngestStepActivities } from '../../src/activities/ingest-media';
import { createIngestSteps, type IngestTools } from '../../src/activities/ingest-steps';
import type { IngestStepActivities, IngestStepResult } from '../../src/contract/ingest-media';
import { findInconsistencies } from '../../src/store/consistency';
import type { Database } from '../../src/store/database';
import { openIngestJob } from '../../src/store/ingest-opening';
import { endJob } from '../../src/store/job-progress';
import { readSteps } from '../../src/store/job-steps';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { createAssets, createProject, createUser, grantAccess, type TestThing, type TestUser } from '../support/fixtures'; // prettier-ignore
import { openTestIngest, testSeal } from '../support/ingest';
import { createMemoryObjectStore, type MemoryObjectStore } from '../support/memory-object-store';

/** Failures are what these tests are about. */
const SILENT = new DefaultLogger('ERROR');

export const SHA = 'ab'.repeat(32);
export const KEY = `sha256/ab/${SHA}`;
export const MAX_ATTEMPTS = 3;

/** Where the steps of files are run: a store, an asset, and tools in memory that are new for each test. */
export interface StepLibrary {
  readonly db: Database;
  readonly user: TestUser;
  readonly asset: TestThing;
  readonly objects: MemoryObjectStore;
  readonly tools: FakeTools;
}

let database: TestDatabase;
let library: StepLibrary;
let activities: IngestStepActivities;
let project: TestThing;

/** The library of the test at hand. */
export const lib = (): StepLibrary => library;

export function useStepLibrary(): void {
  let directory = '';
  let user: TestUser;
  beforeAll(async () => {
    database = await createTestDatabase();
    const { db } = database.store;
    user = await createUser(db);
    project = await createProject(db);
    await grantAccess(db, project.id, user.ownTeamId, { canWrite: true });
    directory = mkdtempSync(join(tmpdir(), 'longhaul-steps-'));
  });
  afterAll(async () => {
    rmSync(directory, { recursive: true, force: true });
    const faults = [];
    for await (const { fault, count } of findInconsistencies(database.store.db)) if (count > 0) faults.push(fault);
    await database.drop();
    expect(faults).toEqual([]);
  });
  beforeEach(async () => {
    const { db } = database.store;
    const [asset] = (await createAssets(db, { projectId: project.id, ownerId: user.id }, 1)) as [TestThing];
    const objects = createMemoryObjectStore();
    const tools = createFakeTools(directory, objects);
    library = { db, user, asset, objects, tools };
    activities = createIngestStepActivities({
      store: database.store,
      steps: createIngestSteps(tools),
      seal: testSeal,
      maxAttempts: MAX_ATTEMPTS,
      log: pino({ level: 'silent' }),
      now: () => new Date(),
    });
  });
}

export type FakeTools = ReturnType<typeof createFakeTools>;

/** A server, a disk and programs in memory, which do as they are told. */
function createFakeTools(directory: string, objects: MemoryObjectStore) {
  const staged = new Set<string>();
  const asked: string[] = [];
  const script = {
    download: (_signal: AbortSignal): Promise<void> => Promise.resolve(),
    identify: (): IdentifiedMedia => ({ contentType: 'image/jpeg', mediaType: 'image' }),
    probe: (): void => undefined,
    previews: (): void => undefined,
  };
  const fileOf = (id: string) => ({ path: join(directory, id), sizeBytes: 5, md5Sum: 'c6779ec2960296ed9a04f08d67f64422', sha256Sum: SHA, contentType: null, lengthVerified: true }); // prettier-ignore
  const fake: IngestTools & { staged: typeof staged; asked: typeof asked; script: typeof script } = {
    staged,
    asked,
    script,
    directory,
    objects: {
      put: async (key) => void objects.held.set(key, { content: Buffer.from('bytes'), modifiedAt: new Date() }),
      stat: (key) => objects.stat(key),
      read: (key, range, signal) => objects.read(key, range, signal),
    },
    downloader: {
      download: async ({ id, url, signal, onProgress }) => {
        asked.push(url);
        onProgress?.({ receivedBytes: 2_000_000, totalBytes: 5_000_000 });
        await script.download(signal ?? new AbortController().signal);
        staged.add(id);
        return fileOf(id);
      },
      find: async (id) => (staged.has(id) ? fileOf(id) : null),
      adopt: async (id) => {
        staged.add(id);
        return fileOf(id);
      },
      discard: async (id) => void staged.delete(id),
    },
    media: {
      identify: async () => {
        return script.identify();
      },
      probe: async () => {
        script.probe();
        return { metadata: { exif: { Make: 'Camera' }, iptc: {}, xmp: {}, mediainfo: {} }, width: 3, height: 4, durationSeconds: null, codec: null, note: null }; // prettier-ignore
      },
      previews: async () => {
        script.previews();
        return { made: {}, note: 'There is no program for it.' };
      },
      examine: () => Promise.reject(new Error('not of a single file')),
    },
  };
  return fake;
}

export const open = () => openTestIngest(library.db, { asset: library.asset, project, actor: library.user });

export const stepsOf = async (jobId: string) =>
  Object.fromEntries((await readSteps(library.db, jobId)).map(({ name, state }) => [name, state]));

export const run = (step: keyof IngestStepActivities, token: string): Promise<IngestStepResult> =>
  new MockActivityEnvironment({}, { logger: SILENT }).run((request: { token: string }) => activities[step](request), {
    token,
  });

/** The failure of a step that is expected to fail. */
export async function failureOf(step: keyof IngestStepActivities, token: string): Promise<ApplicationFailure> {
  const result = await run(step, token).catch((error: unknown) => error as ApplicationFailure);
  if ('state' in result) throw new Error(`${step} did not fail`);
  return result;
}

export const ACTIVITY = { download: 'downloadMedia', check: 'checkMedia', store: 'storeMedia', probe: 'probeMedia', previews: 'previewMedia', attach: 'attachMedia' } as const; // prettier-ignore

/** Step after step as the workflow does, until the job has ended or somebody has stopped it. */
export async function runAll(token: string): Promise<IngestStepResult> {
  let result = await run('downloadMedia', token);
  while (result.more && result.state === 'running') result = await run(ACTIVITY[result.next], token);
  return result;
}

/** As the kernel ends a job whose step has failed for good. */
export async function fail(jobId: string, code: string): Promise<void> {
  await endJob(library.db, jobId, { state: 'failed', outcome: 'failed', error: { code, message: '…' } }, new Date());
}

/** As its workflow opens a job that is there. */
export async function reopen(token: string): Promise<{ jobId: string }> {
  const { id } = await library.db.selectFrom('jobs').select('id').where('uuid', '=', token).executeTakeFirstOrThrow();
  await openIngestJob(library.db, id, new Date());
  return { jobId: id };
}
