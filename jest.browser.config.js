const [, integration] = require('./jest.config.js').projects;

/** The pages in a real Chromium, against a façade on a store. Needs a Chromium on the PATH, or CHROMIUM_PATH. */
module.exports = {
  ...integration,
  displayName: 'browser',
  testMatch: ['<rootDir>/test/browser/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 60_000,
  maxWorkers: 1,
};
