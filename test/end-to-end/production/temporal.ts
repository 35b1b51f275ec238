import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { openLogFile } from '../../../src/embedded/log-file';
import { spawnServer } from '../../../src/embedded/process';
import type { ProcessIdentity } from '../../../src/embedded/process-identity';
import { choosePort } from '../../support/ports';

/** The service `temporal` of docker-compose.yml: all four services of the server in one process. */
export interface Temporal {
  readonly address: string;
  /** Starts it; does not wait for it. */
  start(): Promise<ProcessIdentity>;
}

const SERVICES = ['FRONTEND', 'HISTORY', 'MATCHING', 'WORKER'] as const;

/** `environment` is that of the service; the ports are free ones and stay. */
export async function createTemporal(
  directory: string,
  server: string,
  environment: Readonly<Record<string, string>>,
): Promise<Temporal> {
  const ports: Record<string, string> = { FRONTEND_HTTP_PORT: String(await choosePort()) };
  for (const service of SERVICES) {
    ports[`${service}_GRPC_PORT`] = String(await choosePort());
    ports[`${service}_MEMBERSHIP_PORT`] = String(await choosePort());
  }
  const placed = { ...environment, ...ports, BIND_ON_IP: '127.0.0.1', TEMPORAL_BROADCAST_ADDRESS: '127.0.0.1' };
  const pairs = Object.entries(placed).map(([name, value]) => `${name}=${value}`);
  return {
    address: `127.0.0.1:${ports['FRONTEND_GRPC_PORT'] ?? ''}`,
    async start() {
      const log = openLogFile(join(directory, 'log', 'temporal.log'));
      try {
        // env becomes the server: the pid stays the same, and the server sees nothing of our own environment.
        return await spawnServer({ command: 'env', args: ['-i', ...pairs, server, 'start'] }, log);
      } finally {
        closeSync(log.fd);
      }
    },
  };
}
