/** What global-setup.ts hands to the test files, by environment because each runs in a process of its own. */
export const TEST_VARIABLES = [
  'TEST_DATABASE_URL',
  'TEST_DATABASE_TEMPLATE',
  'TEST_TEMPORAL_ADDRESS',
  'TEST_WORKFLOW_BUNDLE',
] as const;
export type TestVariable = (typeof TEST_VARIABLES)[number];

/** The value of a variable that the setup of the integration tests has set; throws when it has not run. */
export function readTestVariable(name: TestVariable): string {
  const value = process.env[name];
  if (value !== undefined && value !== '') return value;
  throw new Error(`${name} is not set: is this test outside the integration project of jest.config.js?`);
}
