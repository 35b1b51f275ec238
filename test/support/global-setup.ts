import { startTestMachine, type TestMachine } from './test-machine';

/** Where global-teardown.ts finds what was started: jest may load the two files apart, in one process. */
export const testRun: { machine?: TestMachine } = ((globalThis as { longhaulTestRun?: object }).longhaulTestRun ??= {});

/** Runs once before the integration tests, and only when some of them are to run. */
export default async function setUp(): Promise<void> {
  const machine = startTestMachine(process.env);
  testRun.machine = machine;
  // Jest skips the teardown when it is interrupted or the setup fails.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void machine.stop().finally(() => process.exit(1));
    });
  }
  try {
    Object.assign(process.env, await machine.variables);
  } catch (error) {
    await machine.stop();
    throw error;
  }
}
