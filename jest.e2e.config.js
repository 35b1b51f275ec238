const [unit] = require('./jest.config.js').projects;
const { files } = require('./test/end-to-end/not-in-production-shape.js');

const leftOut = process.env.LONGHAUL_E2E_SHAPE === 'production' ? Object.keys(files) : ['production-shape.test.ts'];

/** One test per promise of the README. Each boots what it needs as a person would, by the same commands. */
module.exports = {
  ...unit,
  displayName: 'end-to-end',
  testMatch: ['<rootDir>/test/end-to-end/**/*.test.ts'],
  testPathIgnorePatterns: [...unit.testPathIgnorePatterns, ...leftOut.map((name) => `/test/end-to-end/${name}`)],
  testTimeout: 600_000,
  maxWorkers: 1,
};
