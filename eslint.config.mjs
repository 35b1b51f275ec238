import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { buildWalls } from './scripts/lint-walls.mjs';

const { strictTypeChecked, stylisticTypeChecked } = tseslint.configs;

/** The lint rules of a source tree below `root`: ours, and that of test/walls/fixtures, which proves that they bite. */
export function buildConfig(root) {
  return defineConfig(
    globalIgnores([
      'dist/',
      'coverage/',
      '.data/',
      '.cache/',
      'bench/results/',
      'test/walls/fixtures/',
      'clients/typescript/src/generated/',
    ]),
    js.configs.recommended,
    { files: ['**/*.{ts,tsx}'], extends: [strictTypeChecked, stylisticTypeChecked, typed(root), imports(root), house] },
    looserTests,
    {
      files: ['**/*.{js,mjs,cjs}'],
      ignores: ['src/http/pages/assets/'],
      languageOptions: { globals: nodeGlobals },
    },
    { files: ['src/http/pages/assets/*.js'], languageOptions: { globals: browserGlobals } },
    buildWalls(root),
    prettier,
  );
}

const nodeGlobals = Object.fromEntries(
  ['module', 'require', 'process', 'console', 'fetch', 'AbortSignal', 'URL'].map((name) => [name, 'writable']),
);

const browserGlobals = Object.fromEntries(
  [
    'document',
    'location',
    'fetch',
    'setTimeout',
    'clearTimeout',
    'setInterval',
    'clearInterval',
    'performance',
    'CSS',
    'EventSource',
    'DOMParser',
    'URL',
  ].map((name) => [name, 'readonly']),
);

const typed = (root) => ({
  languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
  rules: {
    '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
    '@typescript-eslint/consistent-type-exports': 'error',
    '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    '@typescript-eslint/no-floating-promises': 'error',
    '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    // The strict set forbids the `!` that this one asks for.
    '@typescript-eslint/non-nullable-type-assertion-style': 'off',
    // env['NAME'] sets a variable apart from a property of ours.
    '@typescript-eslint/dot-notation': 'off',
    // An async function without await still answers a promise and turns a throw into a rejection.
    '@typescript-eslint/require-await': 'off',
  },
});

const imports = (root) => ({
  plugins: { 'import-x': importX },
  settings: {
    'import-x/resolver-next': [createTypeScriptImportResolver({ project: root }), createNodeResolver()],
    'import-x/extensions': ['.ts', '.tsx', '.js', '.mjs'],
  },
  rules: { 'import-x/no-cycle': 'error', 'import-x/no-self-import': 'error', 'import-x/no-duplicates': 'error' },
});

const house = {
  rules: {
    eqeqeq: 'error',
    'max-lines': ['error', { max: 300 }],
    'no-param-reassign': 'error',
    'no-restricted-syntax': [
      'error',
      { selector: 'ExportAllDeclaration', message: 'Name what is exported.' },
      { selector: 'MemberExpression[object.name="URL"][property.name="canParse"]', message: 'See domain/parse-url.' },
    ],
  },
};

/** `expect.any()` and friends are typed any; a fake may leave out what its test does not use. */
const looserTests = {
  files: ['test/**/*.{ts,tsx}', 'bench/**/*.ts'],
  rules: {
    '@typescript-eslint/no-unsafe-assignment': 'off',
    '@typescript-eslint/unbound-method': 'off',
    // What beforeAll sets is not set when it failed, and afterAll runs all the same.
    '@typescript-eslint/no-unnecessary-condition': 'off',
    '@typescript-eslint/no-empty-function': 'off',
  },
};

export default buildConfig(import.meta.dirname);
