import { pino } from 'pino';
import { joinEmbeddedStack } from '../../src/embedded/stack';
import type { EmbeddedOptions } from '../../src/embedded/stack';

/** What a test tells this process to join, as JSON in its first argument. */
export type RootOrder = Omit<EmbeddedOptions, 'log' | 'searchAttributes'>;

/** What this process answers on its standard output, as one line of JSON, once it has joined. */
export interface RootAnswer {
  readonly databaseUrl: string | null;
  readonly temporalAddress: string | null;
}

/** A root such as the façade or the worker: joins, then waits for SIGTERM (or the end of its input) and leaves in order. */
async function main(): Promise<void> {
  const order = JSON.parse(process.argv[2] ?? '{}') as RootOrder;
  const searchAttributes = { LonghaulTest: 'Keyword' } as const;
  const stack = await joinEmbeddedStack({ ...order, searchAttributes, log: pino({ level: 'silent' }) });
  const leave = (): void => {
    process.stdin.destroy();
    void stack.close();
  };
  process.once('SIGTERM', leave);
  // The test that started us holds the other end, so that we do not outlive it.
  process.stdin.resume().once('end', leave);
  const answer: RootAnswer = { databaseUrl: stack.databaseUrl, temporalAddress: stack.temporalAddress };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

void main();
