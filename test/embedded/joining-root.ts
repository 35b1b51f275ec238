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

/** A root such as the façade or the worker: joins, then waits for SIGTERM and leaves in order. */
async function main(): Promise<void> {
  const order = JSON.parse(process.argv[2] ?? '{}') as RootOrder;
  const searchAttributes = { LonghaulTest: 'Keyword' } as const;
  const stack = await joinEmbeddedStack({ ...order, searchAttributes, log: pino({ level: 'silent' }) });
  const stayAwake = setInterval(() => undefined, 1_000);
  process.once('SIGTERM', () => {
    clearInterval(stayAwake);
    void stack.close();
  });
  const answer: RootAnswer = { databaseUrl: stack.databaseUrl, temporalAddress: stack.temporalAddress };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

void main();
