import { LOOPBACK } from './ports';

/** What a dev server is started with. `dbFile` null keeps everything in memory. */
export interface TemporalServerSettings {
  readonly port: number;
  readonly uiPort: number;
  readonly dbFile: string | null;
  /** Of the codec server that the web page asks for encrypted payloads; undefined: it asks none. */
  readonly uiCodecEndpoint?: string | undefined;
  readonly searchAttributes: Readonly<Record<string, 'Keyword'>>;
}

const SERVER_FLAGS: readonly (readonly [string, string])[] = [
  // Twenty tasks a second is the default: after a short burst each step of a workflow would wait 50 ms for its turn.
  ['--dynamic-config-value', 'history.transferProcessorMaxPollRPS=200'],
  // Off by default; without it the fairness keys of our task queues mean nothing.
  ['--dynamic-config-value', 'matching.enableFairness=true'],
  // Search attributes registered after the start are known at once, not after the next refresh.
  ['--dynamic-config-value', 'system.forceSearchAttributesCacheRefreshOnRead=true'],
  ['--log-level', 'warn'],
];
/** WAL with NORMAL loses nothing when the server is killed; only a power cut may take the last transactions. */
const DATABASE_PRAGMAS = ['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'];

/** The arguments of `temporal` that start the server. Ports that are not named here are free ones, chosen by it. */
export function buildServerArguments(settings: TemporalServerSettings): readonly string[] {
  const { port, uiPort, dbFile, uiCodecEndpoint, searchAttributes } = settings;
  return [
    ...['server', 'start-dev', '--ip', LOOPBACK, '--port', String(port), '--ui-port', String(uiPort)],
    ...(dbFile === null ? [] : ['--db-filename', dbFile, ...DATABASE_PRAGMAS]),
    ...(uiCodecEndpoint === undefined ? [] : ['--ui-codec-endpoint', uiCodecEndpoint]),
    ...SERVER_FLAGS.flat(),
    ...Object.entries(searchAttributes).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
  ];
}

/** The arguments of `temporal` that register search attributes with a running server; registered ones stay. */
export function buildRegisterArguments(settings: TemporalServerSettings): readonly string[] {
  const entries = Object.entries(settings.searchAttributes);
  return [
    ...['operator', 'search-attribute', 'create', '--address', `${LOOPBACK}:${String(settings.port)}`],
    ...['--disable-config-env', '--disable-config-file', '--namespace', 'default', '--command-timeout', '20s'],
    ...entries.flatMap(([name, type]) => ['--name', name, '--type', type]),
  ];
}

/** Reads `--port` and `--ui-port` back from a command line of {@link buildServerArguments}; null when not there. */
export function readPorts(commandLine: readonly string[]): { readonly port: number; readonly uiPort: number } | null {
  const text = commandLine.join(' ');
  const port = / --port (\d+) /.exec(text)?.[1];
  const uiPort = / --ui-port (\d+) /.exec(text)?.[1];
  return port === undefined || uiPort === undefined ? null : { port: Number(port), uiPort: Number(uiPort) };
}
