import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** The composition roots: they alone read the environment and may import every layer that is not forbidden to them. */
const ROOTS = ['server', 'worker', 'cli', 'start', 'demo'].map((name) => `src/${name}.ts`);

const DEFINITIONS = ['defineSignal', 'defineQuery', 'defineUpdate'];
const HTTP_SERVER = ['fastify', '@fastify/', 'fastify-'];

/**
 * What each directory (or file) of src may import. `layers`: the others; `typesOf`: those of which only types. `packages`:
 * the only packages (`node:` stands for all of Node), absent for any; `packageTypes`: those of which only types;
 * `forbidden`: packages (or beginnings of names) that are out. `pure`: no clock, chance, network or process either.
 */
const LAYERS = {
  domain: { packages: [], pure: true },
  contract: {
    layers: ['domain'],
    typesOf: ['schemas'],
    packages: ['@temporalio/workflow', '@temporalio/common'],
    named: { name: '@temporalio/workflow', allowImportNames: DEFINITIONS, allowTypeImports: true },
    pure: true,
  },
  expressions: { layers: ['domain'], packages: ['@marcbachmann/cel-js'], pure: true },
  schemas: { layers: ['domain', 'expressions'], packages: ['zod', 'csv-parse', 'yaml', 'node:stream'], pure: true },
  workflows: {
    layers: ['domain', 'contract'],
    typesOf: ['activities'],
    packages: ['@temporalio/workflow'],
    packageTypes: ['@temporalio/common'],
    sandboxed: true,
  },
  // What traces: everybody may ask where he stands in a trace. The SDK behind it is loaded by start-tracing only.
  tracing: {
    layers: ['contract'],
    packages: [
      '@opentelemetry/api',
      '@opentelemetry/context-async-hooks',
      '@opentelemetry/exporter-trace-otlp-http',
      '@opentelemetry/resources',
      '@opentelemetry/sdk-trace-base',
      '@temporalio/common',
    ],
    packageTypes: ['pino', 'pg', '@temporalio/worker', '@temporalio/workflow', '@temporalio/client'],
  },
  store: { layers: ['domain', 'tracing'], packages: ['kysely', 'pg', 'node:'], packageTypes: ['pino'] },
  outbound: { layers: ['domain'], packages: ['undici', 'ipaddr.js', 'node:'], packageTypes: ['pino'] },
  media: {
    layers: ['domain'],
    packages: ['sharp', 'exiftool-vendored', 'mediainfo.js', 'file-type', 'node:'],
    packageTypes: ['pino'],
  },
  mail: { layers: ['domain'], packages: ['nodemailer', 'node:'] },
  codec: { packages: ['node:', '@temporalio/common', '@temporalio/proto'] },
  objects: { layers: ['domain'], packages: ['node:', '@aws-sdk/client-s3'] },
  activities: {
    layers: ['domain', 'contract', 'schemas', 'expressions', 'store', 'dispatch.ts'],
    typesOf: ['objects', 'outbound', 'media'],
    forbidden: [...HTTP_SERVER, '@temporalio/workflow', '@temporalio/worker'],
  },
  http: {
    layers: ['domain', 'contract', 'schemas', 'store', 'tracing'],
    typesOf: ['codec', 'dispatch.ts', 'objects', 'outbound'],
    forbidden: ['@temporalio/'],
  },
  // Starting workflows is neither the facade's nor the worker's alone, so it stands beside them.
  'dispatch.ts': { layers: ['domain', 'store'], packages: ['node:'], packageTypes: ['pino'] },
  cli: {
    layers: [
      'domain',
      'contract',
      'schemas',
      'store',
      'embedded',
      'backup',
      'config.ts',
      'dispatch.ts',
      'temporal.ts',
      'temporal-handshake.ts',
      'temporal-wakers.ts',
    ],
    typesOf: ['objects'],
    forbidden: HTTP_SERVER,
  },
  backup: { layers: ['embedded'], packages: ['node:', 'pg', 'zod'] },
  embedded: { forbidden: [...HTTP_SERVER, 'kysely'] },
};

const ENVIRONMENT = {
  object: 'process',
  property: 'env',
  message: 'Only the roots read the environment; take arguments.',
};
const CHANCE = [
  { object: 'Date', property: 'now', message: 'Take the instant as an argument.' },
  { object: 'Math', property: 'random', message: 'Take the chance as an argument.' },
];
const EFFECTS = ['process', 'fetch', 'setTimeout', 'setInterval', 'setImmediate', 'crypto', 'performance'];
const EXPORT_ALL = { selector: 'ExportAllDeclaration', message: 'Name what is exported.' };
const CAN_PARSE = { selector: 'MemberExpression[object.name="URL"][property.name="canParse"]', message: 'See domain/parse-url.' }; // prettier-ignore
const LAZY_IMPORT = { selector: 'ImportExpression', message: 'A wall is checked on static imports.' };
const NEW_DATE = { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'Take the instant as an argument.' }; // prettier-ignore

/** The walls between the layers, for the tree below `root`. Throws when a directory of src has none. */
export function buildWalls(root) {
  const directories = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of directories) {
    if (LAYERS[name] === undefined) throw new Error(`src/${name} has no wall: give it a row in scripts/lint-walls.mjs`);
  }
  return [
    {
      files: ['src/**/*.{ts,tsx}'],
      plugins: { 'import-x': importX, '@typescript-eslint': tseslint.plugin },
      rules: {
        'no-console': 'error',
        'import-x/no-default-export': 'error',
        'import-x/no-restricted-paths': ['error', { basePath: root, zones: buildZones(root) }],
      },
    },
    // The SDK takes the workflow for unknown types from the default export.
    { files: ['src/workflows/index.ts'], rules: { 'import-x/no-default-export': 'off' } },
    {
      files: ['src/**/*.{ts,tsx}'],
      ignores: ROOTS,
      rules: {
        'no-restricted-properties': ['error', ENVIRONMENT],
        '@typescript-eslint/no-restricted-imports': ['error', { patterns: [noProcessModule] }],
      },
    },
    ...Object.entries(LAYERS).map(([name, layer]) =>
      buildLayer(name.endsWith('.ts') ? `src/${name}` : `src/${name}/**/*.{ts,tsx}`, layer),
    ),
    buildLayer('src/store/migrations/*.ts', { packages: ['kysely'] }),
  ];
}

function buildZones(root) {
  const layers = Object.entries(LAYERS).map(([name, { layers: allowed = [], typesOf = [] }]) => ({
    target: `src/${name}`,
    from: 'src',
    except: [name, ...allowed, ...typesOf].map((directory) => `./${directory}`),
    message: `src/${name} may import only ${[name, ...allowed, ...typesOf].join(', ')} (scripts/lint-walls.mjs).`,
  }));
  return [
    ...layers,
    { target: 'src/store/migrations', from: 'src', message: 'A migration stays as it is while the code moves on.' },
    ...['server.ts', 'facade.ts'].map((file) => ({
      target: `src/${file}`,
      from: ['src/activities', 'src/workflows', 'src/worker-process.ts', 'src/temporal-worker.ts'],
      message: 'The facade runs no workflows and no activities.',
    })),
    ...['worker.ts', 'worker-process.ts', 'temporal-worker.ts'].map((file) => ({
      target: `src/${file}`,
      from: ['src/http', 'src/facade.ts'],
      message: 'The worker serves no HTTP.',
    })),
  ].filter(({ target }) => existsSync(join(root, target)));
}

function buildLayer(files, layer) {
  const { typesOf = [], packages, packageTypes = [], forbidden = [], named, pure = false, sandboxed = false } = layer;
  const patterns = [noProcessModule];
  if (packages !== undefined) patterns.push(only([...packages, ...packageTypes]));
  if (forbidden.length > 0)
    patterns.push({ regex: `^(${forbidden.map(escape).join('|')})`, message: 'Not this layer.' });
  for (const name of packageTypes) patterns.push({ regex: `^${escape(name)}($|/)`, allowTypeImports: true, message: 'Only its types.' }); // prettier-ignore
  for (const name of typesOf) patterns.push({ regex: `^\\.\\.?/(.*/)?${escape(name.replace(/\.ts$/, ''))}($|/)`, allowTypeImports: true, message: 'Only its types.' }); // prettier-ignore
  const paths = named === undefined ? [] : [named];
  return {
    files: [files],
    rules: {
      '@typescript-eslint/no-restricted-imports': ['error', { paths, patterns }],
      ...(pure || sandboxed
        ? { 'no-restricted-syntax': ['error', EXPORT_ALL, CAN_PARSE, LAZY_IMPORT, ...(pure ? [NEW_DATE] : [])] }
        : {}),
      ...(pure
        ? {
            'no-restricted-properties': ['error', ENVIRONMENT, ...CHANCE],
            'no-restricted-globals': ['error', ...EFFECTS],
          }
        : {}),
    },
  };
}

const noProcessModule = { regex: '^(node:)?process$', message: 'Only the roots read the environment.' };

/** Everything but relative imports and these packages. */
function only(packages) {
  const names = packages.map((name) => (name === 'node:' ? 'node:' : `${escape(name)}($|/)`));
  const others = ['\\.', ...names].join('|');
  return { regex: `^(?!${others})`, message: `Only ${packages.join(', ') || 'the layer itself'} here.` };
}

function escape(text) {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
