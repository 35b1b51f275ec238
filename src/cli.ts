import { runCli } from './cli/run';
import { type Config, loadConfig } from './config';
import { TASK_QUEUE } from './contract/task-queues';
import { joinEmbeddedStack } from './embedded/stack';
import { createFileAddresses } from './file-addresses';
import { issueToken } from './http/issue-token';
import { createObjectStore } from './objects/create-object-store';
import { createLog } from './root';
import { DATA_SECRET_NAME, JWT_SECRET_NAME, loadOrCreateSecret, printOf } from './secrets';
import { applySchedules, SCHEDULE_IDS } from './temporal-setup';
import { createWebhookSeals, deriveWebhookKey, toWebhookSecret } from './webhook-key';

// What goes well needs no log here: the answer says it.
const log = createLog('warn', 'longhaul-cli', 'stderr');

/** Servers that are joined now: a signal must not leave them running behind our back. */
const joined = new Set<{ close(): Promise<void> }>();

/** What a command wants done before it is interrupted. */
const interruptions = new Set<() => void>();

const FALLBACK_COLUMNS = 80;
/** Ctrl-C under npm arrives twice, from the terminal and handed on by npm: a second wish comes later than that. */
const SAME_SIGNAL_MS = 1_000;
let leavingSince: number | undefined;

function leave(exitCode: number): void {
  leavingSince = Date.now();
  void Promise.allSettled([...joined].map((stack) => stack.close())).finally(() => process.exit(exitCode));
}

for (const [signal, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.on(signal, () => {
    if (leavingSince === undefined) {
      for (const interrupt of interruptions) interrupt();
      leave(exitCode);
    } else if (Date.now() - leavingSince > SAME_SIGNAL_MS) process.exit(exitCode);
  });
}

// A reader that wants no more, such as `head`, is not a failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (leavingSince !== undefined) return;
  if (error.code !== 'EPIPE') process.stderr.write(`longhaul: standard output: ${error.message}\n`);
  leave(error.code === 'EPIPE' ? 0 : 1);
});

/** What cannot be written never settles: the listener above ends the process. */
const writeOut = (text: string): Promise<void> =>
  new Promise((resolve) => {
    process.stdout.write(text, (error) => {
      if (error === null || error === undefined) resolve();
    });
  });

const loadDataSecret = async ({ dataSecret, dataDir }: Pick<Config, 'dataSecret' | 'dataDir'>): Promise<string> =>
  dataSecret ?? (await loadOrCreateSecret(dataDir, DATA_SECRET_NAME));

void runCli(process.argv.slice(2), {
  loadConfig: () => {
    const config = loadConfig(process.env);
    if (process.env['LOG_LEVEL'] !== undefined && process.env['LOG_LEVEL'] !== '') log.level = config.logLevel;
    return config;
  },
  joinStack: async (options) => {
    const stack = await joinEmbeddedStack(options);
    joined.add(stack);
    return stack;
  },
  openObjects: createObjectStore,
  openAddresses: async (config) => createFileAddresses({ config, dataSecret: await loadDataSecret(config) }),
  loadWebhookSecret: async (config) => toWebhookSecret(deriveWebhookKey(await loadDataSecret(config))),
  loadDataSecretPrint: async (config) => printOf(await loadDataSecret(config)),
  loadWebhookSeals: async (config) => createWebhookSeals(await loadDataSecret(config)),
  schedules: { ids: SCHEDULE_IDS, apply: applySchedules },
  taskQueue: TASK_QUEUE,
  loadJwtSecret: (dataDir) => loadOrCreateSecret(dataDir, JWT_SECRET_NAME),
  issueToken,
  now: Date.now,
  out: (text) => void process.stdout.write(text),
  write: writeOut,
  screen: process.stdout.isTTY ? { columns: () => process.stdout.columns || FALLBACK_COLUMNS } : null,
  onInterrupt: (interrupt) => {
    interruptions.add(interrupt);
    return () => void interruptions.delete(interrupt);
  },
  err: (text) => void process.stderr.write(text),
  log,
}).then((exitCode) => {
  process.exitCode = exitCode;
});
