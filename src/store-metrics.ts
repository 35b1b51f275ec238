import type { Pool } from 'pg';
import { Gauge, type Registry } from 'prom-client';

/** The counts of a pool that say whether it is short of connections. */
export type PoolUse = Pick<Pool, 'totalCount' | 'idleCount' | 'waitingCount'>;

export const STORE_CONNECTIONS = {
  name: 'longhaul_store_connections',
  help: 'Connections of this process to Postgres: busy, idle, and callers that wait for one',
} as const;

/** How many there are in each state. */
export function statesOf({ totalCount, idleCount, waitingCount }: PoolUse) {
  return { busy: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
}

/** Tells how a process uses its pool, and how large that may get. */
export function registerStoreMetrics(registry: Registry, pool: PoolUse, maxConnections: number): void {
  new Gauge({
    ...STORE_CONNECTIONS,
    labelNames: ['state'],
    registers: [registry],
    collect() {
      for (const [state, count] of Object.entries(statesOf(pool))) this.set({ state }, count);
    },
  });
  new Gauge({
    name: 'longhaul_store_connections_max',
    help: 'Connections that this process may have (DATABASE_POOL_SIZE)',
    registers: [registry],
    collect() {
      this.set(maxConnections);
    },
  });
}
