import type { RouteGroup } from '../../route-group';
import { assetListingRoutes } from './asset-listing';
import { assetRoutes } from './assets';
import { assignRoutes } from './assign';
import { collectionRoutes } from './collections';
import { commentRoutes } from './comments';
import { dagActionRoutes } from './dag-actions';
import { dagRunEventRoutes } from './dag-run-events';
import { dagRunRoutes } from './dag-runs';
import type { MediaPocketDependencies } from './dependencies';
import { mediaPocketDialect } from './errors';
import { historyRoutes } from './history';
import { ingestMediaRoutes } from './ingest-media';
import { mediaRoutes } from './media';
import { trashRoutes } from './trash';

/** The Media Pocket API v2. Every group of routes is a file beside this one. */
export function createMediaPocketRoutes(dependencies: MediaPocketDependencies): RouteGroup {
  const groups = [
    assetListingRoutes,
    assetRoutes,
    assignRoutes,
    collectionRoutes,
    commentRoutes,
    dagActionRoutes,
    dagRunRoutes,
    dagRunEventRoutes,
    historyRoutes,
    ingestMediaRoutes,
    mediaRoutes,
    trashRoutes,
  ] as ((dependencies: MediaPocketDependencies) => RouteGroup['register'])[];
  return {
    dialect: mediaPocketDialect,
    prefixes: ['/api/v2'],
    register: async (app) => {
      for (const routes of groups) await app.register(routes(dependencies));
    },
  };
}
