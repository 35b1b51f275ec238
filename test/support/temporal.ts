import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { readTestVariable } from './environment';

/** A way into the Temporal server of this test run, for one test file. */
export interface TestTemporal {
  readonly address: string;
  readonly client: Client;
  /** For workers. */
  readonly nativeConnection: NativeConnection;
  /** Nobody else's: test files run side by side on one server. */
  readonly taskQueue: string;
  /** The workflows of src/workflows, bundled once per run. */
  readonly workflowBundle: { readonly codePath: string };
  /** Call it when every worker has ended and every result is awaited. */
  close(): Promise<void>;
}

// Once per test file, for each has a module registry of its own. Tests look at outcomes, not at the SDK's chatter.
Runtime.install({ logger: new DefaultLogger('ERROR') });

/** Connects to the Temporal server of this test run. */
export async function connectTestTemporal(): Promise<TestTemporal> {
  const address = readTestVariable('TEST_TEMPORAL_ADDRESS');
  const codePath = readTestVariable('TEST_WORKFLOW_BUNDLE');
  const connection = await Connection.connect({ address });
  const nativeConnection = await NativeConnection.connect({ address });
  return {
    address,
    client: new Client({ connection }),
    nativeConnection,
    taskQueue: `test-${randomUUID()}`,
    workflowBundle: { codePath },
    close: async () => {
      await connection.close();
      await nativeConnection.close();
    },
  };
}
