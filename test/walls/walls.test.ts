import { execFile } from 'node:child_process';
import { join, relative, sep } from 'node:path';

const FIXTURES = join(__dirname, 'fixtures');
const ESLINT = join(__dirname, '../../node_modules/eslint/bin/eslint.js');

const LAYER = 'import-x/no-restricted-paths';
const IMPORTS = '@typescript-eslint/no-restricted-imports';

/** Each file of fixtures/ that breaks a rule, and the rule. All others there are good. */
const BAD: Readonly<Record<string, string>> = {
  'src/domain/bad-imports-store.ts': LAYER,
  'src/domain/bad-imports-package.ts': IMPORTS,
  'src/domain/bad-imports-node.ts': IMPORTS,
  'src/domain/bad-imports-lazily.ts': 'no-restricted-syntax',
  'src/domain/bad-asks-the-clock.ts': 'no-restricted-properties',
  'src/domain/bad-makes-a-date.ts': 'no-restricted-syntax',
  'src/domain/bad-throws-dice.ts': 'no-restricted-properties',
  'src/domain/bad-has-effects.ts': 'no-restricted-globals',
  'src/contract/bad-imports-schema-values.ts': IMPORTS,
  'src/contract/bad-imports-workflow-calls.ts': IMPORTS,
  'src/contract/bad-imports-zod.ts': IMPORTS,
  'src/schemas/bad-imports-contract.ts': LAYER,
  'src/schemas/bad-imports-package.ts': IMPORTS,
  'src/workflows/bad-imports-activity-values.ts': IMPORTS,
  'src/workflows/bad-imports-common-values.ts': IMPORTS,
  'src/workflows/bad-imports-node.ts': IMPORTS,
  'src/workflows/bad-imports-schemas.ts': LAYER,
  'src/workflows/bad-imports-store.ts': LAYER,
  'src/workflows/bad-imports-zod.ts': IMPORTS,
  'src/activities/bad-imports-http.ts': LAYER,
  'src/activities/bad-imports-workflow-api.ts': IMPORTS,
  'src/store/bad-imports-environment.ts': IMPORTS,
  'src/store/bad-imports-http-server.ts': IMPORTS,
  'src/store/bad-imports-schemas.ts': LAYER,
  'src/store/bad-imports-temporal.ts': IMPORTS,
  'src/store/bad-reads-environment.ts': 'no-restricted-properties',
  'src/store/migrations/0002-bad-imports-app.ts': LAYER,
  'src/store/migrations/0003-bad-imports-package.ts': IMPORTS,
  'src/backup/bad-imports-store.ts': LAYER,
  'src/objects/bad-imports-database.ts': IMPORTS,
  'src/objects/bad-imports-store.ts': LAYER,
  'src/media/bad-imports-outbound.ts': LAYER,
  'src/media/bad-imports-http-client.ts': IMPORTS,
  'src/outbound/bad-imports-store.ts': LAYER,
  'src/outbound/bad-imports-temporal.ts': IMPORTS,
  'src/http/bad-forgets-a-case.ts': '@typescript-eslint/switch-exhaustiveness-check',
  'src/http/bad-forgets-a-promise.ts': '@typescript-eslint/no-floating-promises',
  'src/http/bad-goes-in-circles.ts': 'import-x/no-cycle',
  'src/http/bad-goes-in-circles-too.ts': 'import-x/no-cycle',
  'src/http/bad-imports-a-root.ts': LAYER,
  'src/http/bad-imports-activities.ts': LAYER,
  'src/http/bad-imports-temporal.ts': IMPORTS,
  'src/http/bad-page-imports-activities.tsx': LAYER,
  'src/http/bad-page-imports-temporal.tsx': IMPORTS,
  'src/http/bad-imports-types-as-values.ts': '@typescript-eslint/consistent-type-imports',
  'src/http/bad-imports-workflow-types.ts': LAYER,
  'src/embedded/bad-imports-domain.ts': LAYER,
  'src/cli/bad-imports-activities.ts': LAYER,
  'src/dispatch.ts': LAYER,
  'src/facade.ts': LAYER,
  'src/worker-process.ts': LAYER,
  'src/cli.ts': 'import-x/no-default-export',
  'src/config.ts': 'no-restricted-properties',
  'src/demo.ts': 'no-console',
  'src/server.ts': LAYER,
  'src/start.ts': 'no-restricted-syntax',
  'src/worker.ts': LAYER,
};

interface LintedFile {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null; readonly message: string }[];
}

const rulesOf = new Map<string, ReadonlySet<string>>();

beforeAll(async () => {
  for (const { filePath, messages } of await lint()) {
    const name = relative(FIXTURES, filePath).split(sep).join('/');
    rulesOf.set(name, new Set(messages.map(({ ruleId, message }) => ruleId ?? message)));
  }
}, 120_000);

test.each(Object.entries(BAD))('%s is refused by %s', (file, rule) => {
  expect([...(rulesOf.get(file) ?? [])]).toContain(rule);
});

test('a file that keeps to its layer passes', () => {
  const good = [...rulesOf].filter(([file]) => BAD[file] === undefined);
  expect(good.length).toBeGreaterThan(8);
  expect(good.filter(([, rules]) => rules.size > 0)).toEqual([]);
});

/** In a process of its own: eslint and its configuration are ECMAScript modules, and this is how a person runs it. */
async function lint(): Promise<readonly LintedFile[]> {
  return await new Promise((resolve, reject) => {
    const args = [ESLINT, '--no-color', '--format', 'json', '.'];
    execFile(process.execPath, args, { cwd: FIXTURES, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      // 1 says that there are findings; anything else that eslint itself failed.
      if (error?.code !== 1) reject(new Error(`eslint found nothing or failed: ${stderr}`, { cause: error }));
      else resolve(JSON.parse(stdout) as readonly LintedFile[]);
    });
  });
}
