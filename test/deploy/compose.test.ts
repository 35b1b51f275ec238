import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '../../package.json';
import { loadConfig } from '../../src/config';
import { SEARCH_ATTRIBUTES } from '../../src/contract/search-attributes';
import { readComposeFile, readText, readYaml, ROOT, type ComposeService } from './compose-file';

const { services, volumes } = readComposeFile();
const entries = Object.entries(services);
const oneShots = new Set(
  entries.flatMap(([, { depends_on = {} }]) =>
    Object.entries(depends_on).flatMap(([name, { condition }]) =>
      condition === 'service_completed_successfully' ? [name] : [],
    ),
  ),
);
const ours = entries.filter(([, { image = '' }]) => image.startsWith('longhaul:'));
const mounts = entries.flatMap(([name, { volumes: own = [] }]) => own.map((mount) => [name, mount] as const));
const variables = new Set([...readText('docker-compose.yml').matchAll(/\$\{(\w+)/g)].map(([, name]) => name ?? ''));

test('the stack has Postgres, Temporal with its UI, an object store, a mail catcher, the façade and the worker', () => {
  expect(Object.keys(services)).toEqual(
    expect.arrayContaining(['postgres', 'temporal', 'temporal-ui', 'object-store', 'mail', 'server', 'worker']),
  );
});

test.each(entries)('%s has an image pinned by its version', (_name, { image = '' }) => {
  expect(image).toMatch(/^[\w./-]+:v?\d+\.\d+(\.\d+)?(-[a-z]+)*$/);
});

test('our image carries the version of the package', () => {
  expect(ours.map(([name]) => name)).toEqual(['migrate', 'server', 'worker']);
  for (const [, { image }] of ours) expect(image).toBe(`longhaul:${version}`);
});

test.each(entries)('%s tells when it is healthy, or runs once', (name, { healthcheck, restart }) => {
  if (oneShots.has(name)) expect(restart).toMatch(/^on-failure:/);
  else expect(healthcheck?.test[0]).toBe('CMD');
});

test.each(entries)(
  '%s waits only for services that exist and can fulfil its condition',
  (_name, { depends_on = {} }) => {
    for (const [target, { condition }] of Object.entries(depends_on)) {
      expect(services).toHaveProperty(target);
      expect(condition).toBe(oneShots.has(target) ? 'service_completed_successfully' : 'service_healthy');
    }
  },
);

test.each(mounts)('%s mounts %s, which exists', (_name, mount) => {
  const [source = ''] = mount.split(':');
  if (source.startsWith('./')) expect(existsSync(join(ROOT, source))).toBe(true);
  else expect(volumes).toHaveProperty(source);
});

test('the scripts of the one-shot services are mounted and can be executed', () => {
  for (const path of ['temporal/setup-schema.sh', 'temporal/setup-namespace.sh', 'postgres/01-roles.sh']) {
    expect(statSync(join(ROOT, 'deploy', path)).mode & 0o111).toBe(0o111);
  }
  expect(services['temporal-schema']?.entrypoint).toEqual(['/bin/sh', '/opt/temporal/setup-schema.sh']);
  expect(services['temporal-namespace']?.entrypoint).toEqual(['/bin/sh', '/opt/temporal/setup-namespace.sh']);
});

test.each(ours)('%s is given only variables that the configuration reads, with values it takes', (_name, service) => {
  const environment = { NODE_ENV: 'production', ...filledIn(service) };
  expect(() => loadConfig(environment)).not.toThrow();
  // loadConfig passes over what it does not know, so the names are looked up in its source.
  for (const name of Object.keys(service.environment ?? {})) expect(readText('src/config.ts')).toContain(`${name}:`);
});

test.each(['JWT_SECRET', 'SESSION_SECRET', 'DATA_SECRET'])('production refuses to start without %s', (secret) => {
  const [, service] = ours[0] ?? [];
  expect(() => loadConfig({ NODE_ENV: 'production', ...filledIn(service), [secret]: '' })).toThrow(secret);
});

test('every secret has to be given; nothing secret has a default', () => {
  const secrets = [...variables].filter((name) => /PASSWORD|SECRET|KEY/.test(name));
  expect(secrets.length).toBeGreaterThan(4);
  for (const name of secrets) {
    const uses = [...readText('docker-compose.yml').matchAll(new RegExp(`\\$\\{${name}(.)`, 'g'))];
    for (const [, operator] of uses) expect({ name, operator }).toEqual({ name, operator: ':' });
    expect(readText('docker-compose.yml')).not.toMatch(new RegExp(`\\$\\{${name}:-`));
    expect(readText('deploy/example.env')).toMatch(new RegExp(`^${name}=$`, 'm'));
  }
});

test('only the façade may be told to listen beyond this machine', () => {
  const published = entries.flatMap(([name, { ports = [] }]) => ports.map((port) => ({ name, port })));
  for (const { name, port } of published.filter((entry) => entry.name !== 'server')) {
    expect({ name, port }).toEqual({ name, port: expect.stringMatching(/^127\.0\.0\.1:\d+:\d+$/) });
  }
  expect(services['server']?.ports).toEqual(['${LONGHAUL_LISTEN:-127.0.0.1:3000}:3000']);
});

test('the Temporal server gets the settings that our workflows rely on', () => {
  const settings = readYaml('deploy/temporal/dynamic-config.yaml') as Record<string, [{ value: unknown }]>;
  const values = Object.fromEntries(Object.entries(settings).map(([name, [{ value }]]) => [name, value]));
  expect(values).toEqual({
    'limit.maxIDLength': 255,
    'matching.enableFairness': true,
    'history.transferProcessorMaxPollRPS': 200,
    'frontend.namespaceRPS.visibility': 50,
    'frontend.MaxConcurrentBatchOperationPerNamespace': 5,
  });
  expect(services['temporal']?.environment).toMatchObject({
    NUM_HISTORY_SHARDS: '512',
    DYNAMIC_CONFIG_FILE_PATH: '/opt/temporal/dynamic-config.yaml',
  });
});

test('the namespace job registers every search attribute that the workflows set', () => {
  const script = readText('deploy/temporal/setup-namespace.sh');
  const [, names = ''] = /^for name in (.*); do$/m.exec(script) ?? [];
  expect(names.split(' ').sort()).toEqual(Object.keys(SEARCH_ATTRIBUTES).sort());
});

test('the bucket that façade and worker are told of is made in the object store', () => {
  const { objectStore } = loadConfig({ NODE_ENV: 'production', ...filledIn(services['server']) });
  expect(objectStore).toMatchObject({ kind: 's3', bucket: 'longhaul', endpoint: 'http://object-store:8333' });
  expect(services['object-store-bucket']?.entrypoint?.at(-1)).toContain('s3.bucket.create -name longhaul');
  expect(services['object-store-bucket']?.image).toBe(services['object-store']?.image);
  for (const name of ['server', 'worker']) expect(services[name]?.depends_on).toHaveProperty('object-store-bucket');
});

test('the worker has room for files on their way, which its image may write to', () => {
  const [mount] = services['worker']?.volumes ?? [];
  expect(mount).toMatch(/^ingest:/);
  const path = mount?.split(':')[1] ?? '';
  const dockerfile = readText('Dockerfile');
  expect(dockerfile).toContain(`DATA_DIR=${path} `);
  expect(dockerfile).toContain(`mkdir ${path} && chown node:node ${path}`);
});

test('server and tools of Temporal are of one version', () => {
  const versionOf = (name: string) => services[name]?.image?.split(':')[1];
  expect(versionOf('temporal-schema')).toBe(versionOf('temporal'));
  expect(versionOf('temporal-namespace')).toBe(versionOf('temporal'));
});

/** The environment as compose would fill it in from a complete .env. */
function filledIn(service: ComposeService | undefined): Record<string, string> {
  const fill = (text: string) =>
    text.replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_all, _name, operator: string, rest: string) =>
      operator === '-' ? rest : 'a'.repeat(48),
    );
  return Object.fromEntries(Object.entries(service?.environment ?? {}).map(([name, value]) => [name, fill(value)]));
}
