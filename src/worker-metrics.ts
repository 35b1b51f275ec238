import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Runtime } from '@temporalio/worker';
import { type PoolUse, STORE_CONNECTIONS, statesOf } from './store-metrics';

/** What a worker tells of itself beside what the SDK tells, at the same address (`METRICS_PORT`). */
export interface WorkerMetrics {
  /** A request to an address that a user gave has had its answer, or has failed. */
  countOutbound(outcome: string): void;
  stop(): void;
}

/** The SDK's meter is written to, not read: what stands by itself is written so often. */
const WRITE_MS = 1_000;

/** Starts to tell. Without an address of its own the SDK's meter takes everything and shows it to nobody. */
export function startWorkerMetrics(pool: PoolUse, maxConnections: number): WorkerMetrics {
  const meter = Runtime.instance().metricMeter;
  const connections = meter.createGauge(STORE_CONNECTIONS.name, 'int', undefined, STORE_CONNECTIONS.help);
  const most = meter.createGauge('longhaul_store_connections_max', 'int', undefined, 'Connections that this process may have'); // prettier-ignore
  const memory = meter.createGauge('process_resident_memory_bytes', 'int', undefined, 'Resident memory');
  const lag = meter.createGauge('nodejs_eventloop_lag_p99_seconds', 'float', undefined, 'Of the last second');
  const outbound = meter.createCounter('longhaul_outbound_requests', undefined, 'Requests to addresses that users gave, by outcome'); // prettier-ignore
  // A series that is there from the start: the first request is a rise that a rate can see.
  outbound.add(0, { outcome: '2xx' });
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const write = () => {
    for (const [state, count] of Object.entries(statesOf(pool))) connections.set(count, { state });
    most.set(maxConnections);
    memory.set(process.memoryUsage.rss());
    lag.set(delay.percentile(99) / 1e9);
    delay.reset();
  };
  write();
  const timer = setInterval(write, WRITE_MS).unref();
  return {
    countOutbound: (outcome) => outbound.add(1, { outcome }),
    stop() {
      clearInterval(timer);
      delay.disable();
    },
  };
}
