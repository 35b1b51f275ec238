import { once } from 'node:events';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { isNamespaceServed } from '../../src/embedded/grpc-probe';
import { LOOPBACK } from '../../src/embedded/ports';
import { choosePort } from '../support/ports';
import { runCommand } from '../../src/embedded/process';
import type { EmbeddedOptions, EmbeddedStack } from '../../src/embedded/stack';
import { findTemporalCli } from '../../src/embedded/temporal-cli';
import { findTemporalServers, startTemporalServer } from '../../src/embedded/temporal-server';
import { findPostmasters, joinInProcess, makeDirectory, removeHome, silent, startChildRoot, until } from './home';

// Each test starts and stops real servers several times, on a machine that may be busy with other tests.
jest.setTimeout(90_000);

const PROBE_MS = 1_000;

let cli: string;
let dataDir: string;
let port: number;
let uiPort: number;
beforeAll(async () => {
  cli = await findTemporalCli({ log: silent });
}, 300_000);
beforeEach(async () => {
  dataDir = makeDirectory();
  [port, uiPort] = await Promise.all([choosePort(), choosePort()]);
});
afterEach(async () => {
  await removeHome(dataDir);
});

async function joinHere(options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedStack> {
  const temporal = { port, uiPort, cliPath: cli };
  const searchAttributes = { LonghaulTest: 'Keyword' } as const;
  return await joinInProcess({ dataDir, postgres: false, temporal, searchAttributes, log: silent, ...options });
}

function findServerPids(): readonly number[] {
  return findTemporalServers(dataDir, silent).map(({ identity }) => identity.pid);
}

async function ask(...args: readonly string[]): Promise<string> {
  const address = ['--address', `${LOOPBACK}:${String(port)}`];
  const { code, output } = await runCommand({ command: cli, args: [...args, ...address] }, 15_000);
  if (code !== 0) throw new Error(output);
  return output;
}

test('a second start finds the workflows again and knows search attributes that are new', async () => {
  const first = await joinHere();
  expect(first).toMatchObject({
    databaseUrl: null,
    temporalAddress: `${LOOPBACK}:${String(port)}`,
    temporalUiUrl: `http://${LOOPBACK}:${String(uiPort)}`,
  });
  expect((await fetch(first.temporalUiUrl ?? '')).status).toBe(200);
  await ask('workflow', 'start', '--type', 'anything', '--task-queue', 'nobody', '--workflow-id', 'kept');
  expect(await ask('operator', 'search-attribute', 'list')).toContain('LonghaulTest');
  await first.close();
  expect(findServerPids()).toEqual([]);

  const second = await joinHere({ searchAttributes: { LonghaulTest: 'Keyword', LonghaulLater: 'Keyword' } });
  expect(await ask('workflow', 'describe', '--workflow-id', 'kept', '-o', 'json')).toContain('STATUS_RUNNING');
  expect(await ask('operator', 'search-attribute', 'list')).toMatch(/LonghaulLater[^]*LonghaulTest/);
  await second.close();
});

test('the server that a killed root left behind is taken over, or replaced when it has other ports', async () => {
  const order = { dataDir, postgres: false, temporal: { port, uiPort, cliPath: cli } };
  await (await startChildRoot(order)).kill('SIGKILL');
  const left = findServerPids();
  expect(left).toHaveLength(1);
  const next = await joinHere();
  expect(findServerPids()).toEqual(left);
  await next.close();

  await (await startChildRoot(order)).kill('SIGKILL');
  const oldPort = port;
  [port, uiPort] = await Promise.all([choosePort(), choosePort()]);
  const moved = await joinHere();
  expect(findServerPids()).toHaveLength(1);
  expect(await isNamespaceServed(port, 'default', PROBE_MS)).toBe(true);
  expect(await isNamespaceServed(oldPort, 'default', PROBE_MS)).toBe(false);
  await moved.close();
  expect(findServerPids()).toEqual([]);
});

test('a server that is killed under a root comes back on the same port', async () => {
  const stack = await joinHere();
  const [killed] = findServerPids();
  process.kill(killed ?? 0, 'SIGKILL');
  await until('the server answers again', async () => {
    const pids = findServerPids();
    return pids.length === 1 && pids[0] !== killed && (await isNamespaceServed(port, 'default', PROBE_MS));
  });
  await stack.close();
  expect(findServerPids()).toEqual([]);
});

test('each root brings up only what it needs and stops only what nobody else does', async () => {
  const cliOnly = await joinHere({ postgres: true, temporal: null });
  expect([findPostmasters(dataDir).length, findServerPids().length]).toEqual([1, 0]);
  const worker = await joinHere({ postgres: true });
  const server = await joinHere();
  expect([findPostmasters(dataDir).length, findServerPids().length]).toEqual([1, 1]);
  await worker.close();
  expect([findPostmasters(dataDir).length, findServerPids().length]).toEqual([1, 1]);
  await server.close();
  expect([findPostmasters(dataDir).length, findServerPids().length]).toEqual([1, 0]);
  await cliOnly.close();
  expect([findPostmasters(dataDir).length, findServerPids().length]).toEqual([0, 0]);
});

test.each(['TEMPORAL_PORT', 'TEMPORAL_UI_PORT'])(
  'a port that is taken stops the start and names %s',
  async (variable) => {
    const other = createServer().listen(variable === 'TEMPORAL_PORT' ? port : uiPort, LOOPBACK);
    await once(other, 'listening');
    const busy = variable === 'TEMPORAL_PORT' ? port : uiPort;
    // What has come up beside it is stopped again; once is enough to see that.
    const start = joinHere({ postgres: variable === 'TEMPORAL_PORT' });
    await expect(start).rejects.toMatchObject({ name: 'EmbeddedStartError' });
    await expect(start).rejects.toThrow(new RegExp(`port ${String(busy)} .*taken.*Set ${variable} `));
    expect([findPostmasters(dataDir).length, findServerPids().length]).toEqual([0, 0]);
    other.close();
    await once(other, 'close');
  },
);

test('two directories run side by side on other ports', async () => {
  const elsewhere = makeDirectory();
  const here = await joinHere();
  const there = await startTemporalServer({
    dataDir: elsewhere,
    findCli: async () => await Promise.resolve(cli),
    searchAttributes: {},
    inMemory: true,
    log: silent,
  });
  expect(await isNamespaceServed(port, 'default', PROBE_MS)).toBe(true);
  expect(await isNamespaceServed(there.port, 'default', PROBE_MS)).toBe(true);
  expect(await isNamespaceServed(there.port, 'no-such-namespace', PROBE_MS)).toBe(false);
  await there.stop();
  expect(await isNamespaceServed(there.port, 'default', PROBE_MS)).toBe(false);
  expect(await isNamespaceServed(port, 'default', PROBE_MS)).toBe(true);
  await here.close();
  rmSync(elsewhere, { recursive: true });
});

test('a CLI that is a script around the real one makes one server, which is stopped whole', async () => {
  const wrapper = join(dataDir, 'wrapper');
  writeFileSync(wrapper, `#!/bin/sh\n'${cli}' "$@"\nexit $?\n`);
  chmodSync(wrapper, 0o755);
  const stack = await joinHere({ temporal: { port, uiPort, cliPath: wrapper } });
  expect(findServerPids()).toHaveLength(1);
  await stack.close();
  await until('both are gone', () => findServerPids().length === 0);
});
