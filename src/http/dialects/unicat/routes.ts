import type { RouteGroup } from '../../route-group';
import { unicatBulkIngestRoutes, type UnicatBulkIngestDependencies } from './bulk-ingest';
import { unicatBulkMoveRoutes, type UnicatBulkMoveDependencies } from './bulk-move';
import { unicatDialect } from './errors';
import { unicatSyncRoutes, type UnicatSyncDependencies } from './sync';

/** Unicat's API: bulk move, files in bulk, and sync. */
export function createUnicatRoutes(
  dependencies: UnicatBulkMoveDependencies & UnicatBulkIngestDependencies & UnicatSyncDependencies,
): RouteGroup {
  return {
    dialect: unicatDialect,
    prefixes: ['/api/p'],
    register: async (app) => {
      await app.register(unicatBulkMoveRoutes(dependencies));
      await app.register(unicatBulkIngestRoutes(dependencies));
      await app.register(unicatSyncRoutes(dependencies));
    },
  };
}
