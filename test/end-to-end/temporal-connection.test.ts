import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '../../src/store/database';
import { type Authority, makeAuthority, makeCertificate } from '../support/certificate';
import { choosePort } from '../support/ports';
import { createApi } from './support/api';
import { createInstallation, type Installation } from './support/installation';
import { createLibrary, fillFolder, type Library } from './support/library';
import { runLonghaul } from './support/longhaul-cli';
import { createOpened } from './support/opened';
import { runTemporalCli } from './support/temporal-cli';
import { startTemporalFront } from './support/temporal-front';
import { until } from './support/until';

const NAME = 'temporal.test';
const API_KEY = 'key-of-the-namespace';

const opened = createOpened();
const authority = makeAuthority('authority.test');
let installation: Installation;
let store: Store;
let library: Library;
let address: string;

beforeAll(async () => {
  installation = opened.keep(await createInstallation());
  // It holds the servers, where those do not run by themselves; what is looked at comes through the front.
  if (installation.shape === 'embedded') await installation.start('server');
  address = installation.temporalServers()[0]?.address ?? '';
  store = await installation.openStore();
  library = await createLibrary(store.db);
});
afterAll(() => opened.closeAll());

function write(name: string, text: string): string {
  const path = join(installation.dataDir, name);
  writeFileSync(path, text);
  return path;
}

/** The variables of a caller whom this authority vouches for, and who trusts that one. */
function trusting(trusted: Authority, vouching: Authority): Readonly<Record<string, string>> {
  const { cert, key } = makeCertificate('longhaul.test', vouching);
  return {
    TEMPORAL_TLS: 'true',
    TEMPORAL_TLS_SERVER_NAME: NAME,
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: write(`${trusted.name}.pem`, trusted.cert),
    TEMPORAL_TLS_CLIENT_CERT_PATH: write(`${vouching.name}-client.pem`, cert),
    TEMPORAL_TLS_CLIENT_KEY_PATH: write(`${vouching.name}-client.key`, key),
  };
}

const startFront = async () => {
  const certificate = makeCertificate(NAME, authority);
  return opened.keep(await startTemporalFront({ address, certificate, callersAuthority: authority.cert }));
};

/** One façade and one worker with these variables do a job. */
async function doJob(env: Readonly<Record<string, string>>): Promise<void> {
  const port = String(await choosePort());
  const facade = installation.spawnOne('server', 0, { ...env, PORT: port });
  const worker = installation.spawnOne('worker', 0, env);
  await Promise.all([facade.ready(), worker.ready()]);
  const api = createApi(`http://127.0.0.1:${port}`, library.apiKey);
  const { source, target } = await fillFolder(store.db, library, 20);
  const token = await api.move(library.project.uuid, target.uuid, [{ children: source.uuid }]);
  // A new namespace learns our search attributes within a minute, and takes no job before.
  await until('the job is done', async () => (await api.job(token)).state === 'done', 120_000);
  await api.close();
  expect(await facade.end('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(await worker.end('SIGTERM')).toEqual({ code: 0, signal: null });
}

test('façade, worker and tool speak TLS with a certificate of their own and an API key', async () => {
  const front = await startFront();
  const env = { ...trusting(authority, authority), TEMPORAL_ADDRESS: front.address, TEMPORAL_API_KEY: API_KEY };
  await doJob(env);
  const { stdout } = await runLonghaul(installation, ['doctor'], env);
  expect(stdout).toMatch(new RegExp(`^ok +temporal: namespace ${installation.namespace} answers$`, 'm'));
  for (const call of ['StartWorkflowExecution', 'PollWorkflowTaskQueue', 'PollActivityTaskQueue', 'ListSearchAttributes']) {
    expect([call, front.calls.some(({ path }) => path.endsWith(`/${call}`))]).toEqual([call, true]);
  }
  expect(new Set(front.calls.map(({ authorization }) => authorization))).toEqual(new Set([`Bearer ${API_KEY}`]));
}); // prettier-ignore

test('a server that another authority vouches for, and a caller whom none does, are told in clear words', async () => {
  const front = await startFront();
  const other = makeAuthority('other.test');
  const here = { TEMPORAL_ADDRESS: front.address, TEMPORAL_START_TIMEOUT_MS: '0' };
  const distrusting = installation.spawn('worker', { ...here, ...trusting(other, authority) });
  expect(await distrusting.exited).toEqual({ code: 1, signal: null });
  expect(distrusting.output()).toMatch(/^longhaul: Temporal did not answer: .*certificate/m);
  const unknown = installation.spawn('worker', { ...here, ...trusting(authority, other) });
  expect(await unknown.exited).toEqual({ code: 1, signal: null });
  expect(unknown.output()).toMatch(/^longhaul: Temporal did not answer: /m);
  const { code, stdout } = await runLonghaul(installation, ['doctor'], { ...here, ...trusting(other, authority) });
  expect([code, stdout]).toEqual([1, expect.stringMatching(/^FAILED +temporal: .*certificate/m)]);
  expect(front.calls).toEqual([]);
});

test('jobs of a second namespace run in it, and in no other', async () => {
  const inSecond = { ...installation, namespace: 'second' };
  const create = ['operator', 'namespace', 'create', '--retention', '72h'];
  expect(await runTemporalCli(inSecond, create)).toMatchObject({ code: 0 });
  await until('the namespace is known', async () => {
    const { code } = await runTemporalCli(inSecond, ['workflow', 'count']);
    return code === 0;
  });
  const query = ['--query', "WorkflowType = 'bulkMoveWorkflow'"];
  const count = async (where: Installation) => (await runTemporalCli(where, ['workflow', 'count', ...query])).stdout;
  const before = await count(installation);
  await doJob({ TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: 'second' });
  await until('it is counted', async () => (await count(inSecond)).includes('Total: 1'));
  expect(await count(installation)).toBe(before);
});
