import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { SEARCH_ATTRIBUTES } from '../src/contract/search-attributes';
import { findFreePort } from '../src/embedded/ports';
import { joinEmbeddedStack } from '../src/embedded/stack';
import { openStore, type Store } from '../src/store/database';
import { migrate } from '../src/store/migrate';
import { type ChildRoot, startChildRoot } from './child-root';

/** A whole Longhaul of its own, thrown away at the end: servers, façade and worker, each in its own process. */
export interface Home {
  readonly store: Store;
  readonly databaseUrl: string;
  /** Where the façade listens. */
  readonly origin: string;
  /** Where Temporal listens, `host:port`. */
  readonly temporalAddress: string;
  /** Of the worker's process; 0 while it is stopped. */
  readonly workerPid: number;
  /** Of the façade's process. */
  readonly serverPid: number;
  /** Ends the worker as an operator would. */
  stopWorker(): Promise<void>;
  /** Starts it again, and answers when it says that it runs. */
  startWorker(): Promise<void>;
  /** Starts one more beside it, which its caller ends; `settings` add to those of the others. */
  startAnotherWorker(settings?: Readonly<Record<string, string>>): Promise<ChildRoot>;
  /** For the files of what is started beside it. */
  readonly dataDir: string;
  /** Has something else stopped with it, before all of its own. */
  stopWithIt(thing: { stop(): Promise<void> }): void;
  close(): Promise<void>;
}

const BENCH_CONNECTIONS = 8;
const ATTEMPTS = 3;

/** Brings it up on free ports with the settings that `npm start` would use, and what `settings` adds to them. */
export async function openHome(settings: Readonly<Record<string, string>> = {}): Promise<Home> {
  const dataDir = realpathSync(mkdtempSync(join(tmpdir(), 'longhaul-bench-')));
  const opened: (() => Promise<void>)[] = [async () => rmSync(dataDir, { recursive: true, force: true })];
  const close = async () => {
    for (const step of opened.splice(0).reverse()) await step();
  };
  try {
    const { stack, temporalPort, uiPort } = await startServers(dataDir);
    opened.push(() => stack.close());
    const databaseUrl = stack.databaseUrl ?? '';
    const store = openStore({
      databaseUrl,
      maxConnections: BENCH_CONNECTIONS,
      applicationName: 'longhaul-bench',
      onIdleError: () => undefined,
    });
    opened.push(() => store.close());
    await migrate(store.db);
    const port = await findFreePort();
    const env = {
      DATA_DIR: dataDir,
      PORT: String(port),
      TEMPORAL_PORT: String(temporalPort),
      TEMPORAL_UI_PORT: String(uiPort),
      ...settings,
    };
    let worker: ChildRoot | undefined;
    let workers = 0;
    const stopWorker = async () => {
      await worker?.stop();
      worker = undefined;
    };
    const startAnotherWorker: Home['startAnotherWorker'] = (settings) => {
      workers += 1;
      const logFile = join(dataDir, `worker-${String(workers)}.log`);
      const options = { script: 'src/worker.ts', env: { ...env, ...settings }, logFile };
      return startChildRoot({ ...options, readyWhen: 'the worker runs' });
    };
    const startWorker = async () => {
      worker = await startAnotherWorker();
    };
    opened.push(stopWorker);
    await startWorker();
    const logFile = join(dataDir, 'server.log');
    const facade = await startChildRoot({ script: 'src/server.ts', env, logFile, readyWhen: 'the façade listens' });
    opened.push(() => facade.stop());
    const stopWithIt: Home['stopWithIt'] = (thing) => void opened.push(() => thing.stop());
    return {
      ...{ store, databaseUrl, dataDir, stopWorker, startWorker, startAnotherWorker, stopWithIt, close },
      origin: `http://127.0.0.1:${String(port)}`,
      temporalAddress: `127.0.0.1:${String(temporalPort)}`,
      serverPid: facade.pid,
      get workerPid() {
        return worker?.pid ?? 0;
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A port that was free a moment ago may be taken by any connection of this machine: then others are tried. */
async function startServers(dataDir: string) {
  for (let attempt = 1; ; attempt += 1) {
    const [temporalPort, uiPort] = [await findFreePort(), await findFreePort()];
    try {
      const stack = await joinEmbeddedStack({
        dataDir,
        postgres: true,
        temporal: { port: temporalPort, uiPort, cliPath: process.env['TEMPORAL_CLI_PATH'] },
        searchAttributes: SEARCH_ATTRIBUTES,
        log: pino({ level: 'silent' }),
      });
      return { stack, temporalPort, uiPort };
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}
