import { pino } from 'pino';
import type { CliDependencies } from '../../src/cli/dependencies';
import { runCli } from '../../src/cli/run';
import { loadConfig } from '../../src/config';
import { TASK_QUEUE } from '../../src/contract/task-queues';
import { createFileAddresses } from '../../src/file-addresses';
import { issueToken } from '../../src/http/issue-token';
import { createObjectStore } from '../../src/objects/create-object-store';
import { printOf } from '../../src/secrets';
import { deriveWebhookKey, toWebhookSecret } from '../../src/webhook-key';
import { testSeals } from '../support/webhooks';

export interface CliResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliHarness {
  /** One command; its arguments as the shell would split them. */
  run(...args: string[]): Promise<CliResult>;
  /** The one object of a command that has to go well. */
  json(...args: string[]): Promise<Record<string, unknown>>;
}

/** The administrator's tool within this process, with an environment of its own and nothing embedded. */
export function createCli(env: Record<string, string>, replaced: Partial<CliDependencies> = {}): CliHarness {
  const run = async (...args: string[]): Promise<CliResult> => {
    let stdout = '';
    let stderr = '';
    const exitCode = await runCli(args, {
      loadConfig: () => loadConfig(env),
      joinStack: async ({ postgres, temporal }) => {
        if (postgres || temporal !== null) throw new Error('this test has no embedded servers');
        return { databaseUrl: null, temporalAddress: null, temporalUiUrl: null, close: async () => {} };
      },
      openObjects: createObjectStore,
      openAddresses: async (config) =>
        createFileAddresses({ config, dataSecret: 'a-data-secret-for-tests-only-00000' }),
      loadWebhookSecret: ({ dataSecret = 'a-data-secret-for-tests-only-00000' }) =>
        Promise.resolve(toWebhookSecret(deriveWebhookKey(dataSecret))),
      loadDataSecretPrint: ({ dataSecret = '' }) => Promise.resolve(printOf(dataSecret)),
      loadWebhookSeals: () => Promise.resolve(testSeals),
      schedules: { ids: [], apply: async () => [] },
      taskQueue: TASK_QUEUE,
      loadJwtSecret: async () => 'kept-secret-kept-secret-kept-secret',
      issueToken,
      now: Date.now,
      out: (text) => (stdout += text),
      write: async (text) => void (stdout += text),
      screen: null,
      onInterrupt: () => () => {},
      err: (text) => (stderr += text),
      log: pino({ level: 'silent' }),
      ...replaced,
    });
    return { exitCode, stdout, stderr };
  };
  return {
    run,
    json: async (...args) => {
      const { exitCode, stdout, stderr } = await run(...args, '--json');
      if (exitCode !== 0) throw new Error(`${args.join(' ')} exited with ${String(exitCode)}: ${stderr}`);
      return JSON.parse(stdout) as Record<string, unknown>;
    },
  };
}
