import type { JudgeUrl } from '../../../domain/bulk-ingest';
import type { Database } from '../../../store/database';
import type { WebhookRef } from '../../../store/webhook-collecting';
import type { WebhookSeals } from '../../../store/webhooks';
import { problemDialect } from '../../problem';
import type { RouteGroup } from '../../route-group';
import { webhookDeliveryRoutes } from './deliveries';
import { webhookRoutes } from './webhooks';

export interface WebhookRoutesDependencies {
  readonly db: Database;
  readonly webhookSeals: WebhookSeals;
  readonly judgeUrl: JudgeUrl;
  readonly requiresHttps: boolean;
  /** Something is to be delivered. Called after the commit; returns at once, and never throws. */
  readonly onWebhookDue: (ref: WebhookRef) => void;
  readonly now: () => Date;
}

/** Webhooks of projects, of our own. They lie below paths of Unicat, which has none; their errors are our own too. */
export function createWebhookRoutes(dependencies: WebhookRoutesDependencies): RouteGroup {
  return {
    dialect: problemDialect,
    prefixes: [],
    register: async (app) => {
      await app.register(webhookRoutes(dependencies));
      await app.register(webhookDeliveryRoutes(dependencies));
    },
  };
}
