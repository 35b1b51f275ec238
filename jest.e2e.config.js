const [unit] = require('./jest.config.js').projects;

/** One test per promise of the README. Each boots what it needs as a person would, by the same commands. */
module.exports = {
  ...unit,
  displayName: 'end-to-end',
  testMatch: ['<rootDir>/test/end-to-end/**/*.test.ts'],
  testTimeout: 600_000,
  maxWorkers: 1,
};
