import { pino } from 'pino';
import { SEARCH_ATTRIBUTES } from '../../src/contract/search-attributes';
import { findPostgres, startPostgres } from '../../src/embedded/postgres';
import { findTemporalCli } from '../../src/embedded/temporal-cli';
import { findTemporalServers, startTemporalServer } from '../../src/embedded/temporal-server';
import type { TestVariable } from './environment';
import { findDeadRuns, makeRunDirectory, removeRunDirectory } from './run-directory';
import { createTemplateDatabase, dropTemplateDatabase } from './template-database';
import { writeTestBundle } from './workflow-bundle';

/** The servers and files that all integration tests of one run share. */
export interface TestMachine {
  /** What the test files are told when everything is up; rejects with every reason when something is not. */
  readonly variables: Promise<Variables>;
  /** Ends and removes everything, at any moment; then throws when a test file left a database behind. */
  stop(): Promise<void>;
}

type Variables = Readonly<Partial<Record<TestVariable, string>>>;
type Environment = Readonly<Record<string, string | undefined>>;
type StopStep = () => Promise<void>;

const log = pino({ level: 'silent' });

/**
 * Brings up what the environment does not name: Postgres with a migrated template (TEST_DATABASE_URL), a Temporal
 * server (TEST_TEMPORAL_ADDRESS), the workflow bundle.
 */
export function startTestMachine(env: Environment): TestMachine {
  const directory = makeRunDirectory();
  const stops: StopStep[] = [];
  const starting = sweepDeadRuns().then(() =>
    Promise.allSettled([
      bringUpPostgres(directory, env, stops),
      bringUpTemporal(directory, env, stops),
      bringUpBundle(directory),
    ]),
  );
  const stop = async (): Promise<void> => {
    await Promise.allSettled([starting]);
    try {
      await runAll(stops.splice(0).reverse());
    } finally {
      removeRunDirectory(directory);
    }
  };
  return { variables: starting.then(collectVariables), stop };
}

function collectVariables(parts: readonly PromiseSettledResult<Variables>[]): Variables {
  const faults = parts.flatMap((part) => (part.status === 'rejected' ? [part.reason as unknown] : []));
  if (faults.length > 0) throw new AggregateError(faults, `cannot start: ${faults.map(String).join('; ')}`);
  return Object.fromEntries(parts.flatMap((part) => (part.status === 'fulfilled' ? Object.entries(part.value) : [])));
}

async function bringUpPostgres(directory: string, env: Environment, stops: StopStep[]): Promise<Variables> {
  let serverUrl = env['TEST_DATABASE_URL'] ?? '';
  if (serverUrl === '') {
    const server = await startPostgres({ dataDir: directory, durable: false, log });
    stops.push(() => server.stop());
    serverUrl = server.databaseUrl;
  }
  const template = await createTemplateDatabase(serverUrl);
  stops.push(async () => {
    const forgotten = await dropTemplateDatabase(serverUrl, template);
    if (forgotten.length > 0) throw new Error(`test files left databases behind: ${forgotten.join(', ')}`);
  });
  return { TEST_DATABASE_URL: serverUrl, TEST_DATABASE_TEMPLATE: template };
}

async function bringUpTemporal(directory: string, env: Environment, stops: StopStep[]): Promise<Variables> {
  const given = env['TEST_TEMPORAL_ADDRESS'] ?? '';
  if (given !== '') return { TEST_TEMPORAL_ADDRESS: given };
  const server = await startTemporalServer({
    dataDir: directory,
    findCli: () => findTemporalCli({ cliPath: env['TEMPORAL_CLI_PATH'], log }),
    searchAttributes: SEARCH_ATTRIBUTES,
    log,
  });
  stops.push(() => server.stop());
  return { TEST_TEMPORAL_ADDRESS: server.address };
}

async function bringUpBundle(directory: string): Promise<Variables> {
  const path = await writeTestBundle(directory);
  return path === undefined ? {} : { TEST_WORKFLOW_BUNDLE: path };
}

/** One step that fails does not keep the next from running. */
async function runAll(steps: readonly StopStep[]): Promise<void> {
  const faults: unknown[] = [];
  for (const step of steps) await step().catch((error: unknown) => faults.push(error));
  if (faults.length > 0) throw new AggregateError(faults, faults.map(String).join('; '));
}

/** A run that was killed with -9 could not end its servers; the next one does it. */
async function sweepDeadRuns(): Promise<void> {
  for (const directory of findDeadRuns()) {
    const servers = [...findTemporalServers(directory, log), ...findPostgres(directory, log)];
    for (const server of servers) await server.stop();
    removeRunDirectory(directory);
  }
}
