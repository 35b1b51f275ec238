const swc = (parser, transform) => [
  '@swc/jest',
  {
    jsc: { parser, target: 'es2022', ...(transform === undefined ? {} : { transform }) },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  },
];

/** What both kinds of test share; jest.e2e.config.js takes it from here too. */
const base = {
  testEnvironment: 'node',
  transform: {
    '\\.[cm]?[jt]s$': swc({ syntax: 'typescript' }),
    '\\.tsx$': swc({ syntax: 'typescript', tsx: true }, { react: { runtime: 'automatic', importSource: 'preact' } }),
  },
  // These publish ECMAScript modules only, which jest cannot require as they are.
  transformIgnorePatterns: ['/node_modules/(?!(jose|content-disposition|cookie|preact|@marcbachmann|@dagrejs)/)'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.data/', '<rootDir>/.cache/'],
  testPathIgnorePatterns: ['/node_modules/', '/fixtures/'],
  clearMocks: true,
  restoreMocks: true,
};

/** Directories of test/ whose tests need nothing but Node. Everything else is integration,
 * but test/end-to-end and test/browser. */
const UNIT = [
  'bench',
  'client',
  'codec',
  'config',
  'contract',
  'deploy',
  'domain',
  'expressions',
  'outbound',
  'schemas',
  'walls',
];

const unit = {
  ...base,
  displayName: 'unit',
  testMatch: UNIT.map((directory) => `<rootDir>/test/${directory}/**/*.test.ts`),
};

const integration = {
  ...base,
  displayName: 'integration',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: [
    ...base.testPathIgnorePatterns,
    ...[...UNIT, 'browser', 'end-to-end'].map((directory) => `<rootDir>/test/${directory}/`),
  ],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
};

module.exports = { projects: [unit, integration], testTimeout: 30_000, maxWorkers: 2 };
