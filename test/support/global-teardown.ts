import { testRun } from './global-setup';

/** Runs once after the integration tests. */
export default async function tearDown(): Promise<void> {
  await testRun.machine?.stop();
}
