import { runCli } from './cli/run';
import { loadConfig } from './config';
import { joinEmbeddedStack } from './embedded/stack';
import { issueToken } from './http/issue-token';
import { createLog } from './root';
import { JWT_SECRET_NAME, loadOrCreateSecret } from './secrets';
import { applySchedules, SCHEDULE_IDS } from './temporal-setup';

// What goes well needs no log here: the answer says it.
const log = createLog('warn', 'longhaul-cli', 'stderr');

/** Servers that are joined now: a signal must not leave them running behind our back. */
const joined = new Set<{ close(): Promise<void> }>();

for (const [signal, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  // prettier-ignore
  process.once(signal, () => {
    void Promise.allSettled([...joined].map((stack) => stack.close())).finally(() => process.exit(exitCode));
  });
}

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
  schedules: { ids: SCHEDULE_IDS, apply: applySchedules },
  loadJwtSecret: (dataDir) => loadOrCreateSecret(dataDir, JWT_SECRET_NAME),
  issueToken,
  now: Date.now,
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  log,
}).then((exitCode) => {
  process.exitCode = exitCode;
});
