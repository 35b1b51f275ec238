import { cpus, release, totalmem, type as osType } from 'node:os';
import type { Home } from './home';

/** On what something was measured, for the reader of the results. */
export async function describeMachine({ store }: Home) {
  const { rows } = await store.pool.query<{ server_version: string }>('show server_version');
  return {
    cores: cpus().length,
    processor: cpus()[0]?.model,
    memoryBytes: totalmem(),
    system: `${osType()} ${release()}`,
    node: process.version,
    postgres: rows[0]?.server_version,
  };
}
