import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '../../package.json';
import { loadConfig } from '../../src/config';
import { TASK_QUEUE, toIngestTaskQueue } from '../../src/contract/task-queues';
import { WORKER_ROLES } from '../../src/domain/worker-role';
import { readText, readYaml, ROOT } from './compose-file';

/** `scripts/check-chart.sh` has it rendered and looked at by helm and kubeconform; here is what needs neither. */
const CHART = 'deploy/helm/longhaul';

interface Values {
  readonly config: Readonly<Record<string, string | number>>;
  readonly facade: { readonly terminationGracePeriodSeconds: number; readonly preStopSeconds: number };
  readonly workers: readonly {
    readonly roles: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly terminationGracePeriodSeconds: number;
  }[];
}

const values = readYaml(`${CHART}/values.yaml`) as Values;
const templates = readdirSync(join(ROOT, CHART, 'templates')).map((name) => [name, readText(`${CHART}/templates/${name}`)] as const); // prettier-ignore
const textOf = (name: string) => templates.find(([found]) => found === name)?.[1] ?? '';
const examples = readdirSync(join(ROOT, CHART, 'ci')).map((name) => [name, readYaml(`${CHART}/ci/${name}`) as Partial<Values>] as const); // prettier-ignore

const SECRET = {
  DATABASE_URL: 'postgres://longhaul@postgres:5432/longhaul',
  JWT_SECRET: 'x'.repeat(32),
  SESSION_SECRET: 'x'.repeat(32),
  DATA_SECRET: 'x'.repeat(32),
};

/** Where a path such as `facade.ingress.host` leads in the values; undefined when they do not have it. */
function lookUp(path: string): unknown {
  let found: unknown = values;
  for (const key of path.split('.')) {
    if (typeof found !== 'object' || found === null || !(key in found)) return undefined;
    found = (found as Record<string, unknown>)[key];
  }
  return found;
}

test('it installs the version of the package', () => {
  expect(readYaml(`${CHART}/Chart.yaml`)).toMatchObject({ name: 'longhaul', appVersion: version });
});

test.each(templates)('%s names only values that there are', (_name, text) => {
  const named = [...text.matchAll(/\$?\.(?:root\.)?Values\.([A-Za-z_]+(?:\.[A-Za-z_]+)*)/g)].map(([, path]) => path ?? ''); // prettier-ignore
  const facade = [...text.matchAll(/\$facade\.([A-Za-z.]+)/g)].map(([, path]) => `facade.${path ?? ''}`);
  for (const path of [...named, ...facade]) expect([path, lookUp(path)]).not.toEqual([path, undefined]);
});

test('the variables that it gives are those of the configuration', () => {
  const own = [...textOf('facade.yaml').matchAll(/"([A-Z_]+)" \$/g), ...textOf('workers.yaml').matchAll(/"([A-Z_]+)" [($]/g)].map(([, name]) => name ?? ''); // prettier-ignore
  expect(own).toEqual(expect.arrayContaining(['DATABASE_POOL_SIZE', 'TRUST_PROXY', 'WORKER_ROLES', 'METRICS_PORT']));
  const given = [values, ...examples.map(([, example]) => example)].flatMap((each) => [
    ...Object.keys(each.config ?? {}),
    ...(each.workers ?? []).flatMap(({ env }) => Object.keys(env ?? {})),
  ]);
  for (const name of [...own, ...given]) expect(readText('src/config.ts')).toContain(`${name}:`);
});

test.each(examples)('%s makes a configuration that production starts with', (_name, { config }) => {
  const set = Object.entries({ ...values.config, ...config }).map(([name, value]) => [name, String(value)]);
  const environment = { NODE_ENV: 'production', ...SECRET, AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'key', ...(Object.fromEntries(set) as object) }; // prettier-ignore
  expect(() => loadConfig(environment)).not.toThrow();
});

test('its workers have every role, and are scaled by the queues of their roles', () => {
  expect([...new Set(values.workers.flatMap(({ roles }) => roles))].sort()).toEqual([...WORKER_ROLES].sort());
  const [, ingest, store] = /taskQueue: .*ternary "([^"]+)" "([^"]+)"/.exec(textOf('workers.yaml')) ?? [];
  expect([store, ingest]).toEqual([TASK_QUEUE, toIngestTaskQueue(TASK_QUEUE)]);
});

test('a pod is given more time to end than its process takes', () => {
  const [, deadlineMs = ''] = /EXIT_DEADLINE_MS = ([\d_]+)/.exec(readText('src/root.ts')) ?? [];
  const seconds = Number(deadlineMs.replaceAll('_', '')) / 1_000;
  expect(seconds).toBeGreaterThan(0);
  const { terminationGracePeriodSeconds: grace, preStopSeconds } = values.facade;
  expect(grace - preStopSeconds).toBeGreaterThan(seconds);
  for (const worker of values.workers) expect(worker.terminationGracePeriodSeconds).toBeGreaterThan(seconds);
});

test.each(['facade.yaml', 'workers.yaml', 'migrate-job.yaml'])('%s runs what there is, without rights', (name) => {
  const text = textOf(name);
  for (const [, file = ''] of text.matchAll(/node, (?:dist\/(\w+)\.js)/g)) expect(existsSync(join(ROOT, `src/${file}.ts`))).toBe(true); // prettier-ignore
  for (const [, file = ''] of text.matchAll(/node, (deploy\/[\w-]+\.js)/g)) expect(existsSync(join(ROOT, file))).toBe(true); // prettier-ignore
  for (const [, path = ''] of text.matchAll(/path: (\/health\/\w+)/g)) expect(readText('src/http/plugins/health.ts')).toContain(`'${path}'`); // prettier-ignore
  expect(text.match(/include "longhaul\.container"/g)).toHaveLength(1);
  expect(text.match(/include "longhaul\.podSecurity"/g)).toHaveLength(1);
  for (const rule of ['runAsNonRoot: true', 'seccompProfile', 'readOnlyRootFilesystem: true', 'drop: [ALL]', 'allowPrivilegeEscalation: false']) {
    expect(textOf('_pod.tpl')).toContain(rule);
  } // prettier-ignore
});
