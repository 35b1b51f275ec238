import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { parseName } from '../../../domain/names';
import { WEBHOOK_DELIVERY_STATES } from '../../../domain/webhook-delivery';
import {
  type DeliveryRecord,
  findDelivery,
  listDeliveries,
  queueTestEvent,
  redeliver,
} from '../../../store/webhook-log';
import type { WebhookRecord } from '../../../store/webhooks';
import { pageQuery, toPage, toRange } from '../../newest-first';
import { problemDialect } from '../../problem';
import { conflict, notFound } from '../../refusal';
import { ofWebhook, openWebhook } from './open-webhook';
import type { WebhookRoutesDependencies } from './routes';
import { deliveriesAnswer, deliveryAnswer, deliveryWithPayload, toDeliveryAnswer } from './webhook-answer';

const tags = ['webhooks'];
const errors = (...statuses: number[]) => problemDialect.errors(403, 404, ...statuses);
const ofDelivery = ofWebhook.extend({ delivery: z.string().describe('The delivery: its uuid (the webhook-id) or id') });
const listQuery = pageQuery.extend({ state: z.enum(WEBHOOK_DELIVERY_STATES).optional() });

/** The log of what was sent to a webhook, and what has something be sent again. */
export function webhookDeliveryRoutes(dependencies: WebhookRoutesDependencies): FastifyPluginAsyncZod {
  const { db, webhookSeals: seals, onWebhookDue, now } = dependencies;

  async function getDelivery(webhook: WebhookRecord, text: string): Promise<DeliveryRecord> {
    const name = parseName(text);
    const delivery = name === null ? null : await findDelivery(db, webhook.id, name);
    if (delivery === null) throw noSuchDelivery();
    return delivery;
  }

  const wake = ({ uuid: webhook, projectUuid: project }: WebhookRecord) => {
    onWebhookDue({ webhook, project });
  };

  return (app) => {
    app.get(
      '/api/p/:gid/webhooks/:webhook/deliveries',
      {
        schema: {
          summary: 'What was sent to a webhook, newest first',
          description: 'With each attempt, its status, how long it took, and why it failed. Kept for 30 days.',
          tags,
          params: ofWebhook,
          querystring: listQuery,
          response: { 200: deliveriesAnswer, ...errors() },
        },
      },
      async ({ params, query, user }) => {
        const webhook = await openWebhook(db, seals, params, user);
        const found = await listDeliveries(db, webhook.id, { ...toRange(query), state: query.state ?? null });
        const { rows, nextCursor } = toPage(found, query.limit);
        return { deliveries: rows.map(toDeliveryAnswer), nextCursor };
      },
    );

    app.get(
      '/api/p/:gid/webhooks/:webhook/deliveries/:delivery',
      {
        schema: {
          summary: 'A delivery, with what was sent',
          tags,
          params: ofDelivery,
          response: { 200: deliveryWithPayload, ...errors() },
        },
      },
      async ({ params, user }) => {
        const delivery = await getDelivery(await openWebhook(db, seals, params, user), params.delivery);
        return { ...toDeliveryAnswer(delivery), payload: JSON.parse(delivery.payload) as unknown };
      },
    );

    app.post(
      '/api/p/:gid/webhooks/:webhook/deliveries/:delivery/redeliver',
      {
        schema: {
          summary: 'Send a delivery again',
          description:
            'At once, under its webhook-id, and for three days if need be, whatever became of it before. One that is ' +
            'being sent at this moment is left alone; a disabled webhook is 409.',
          tags,
          params: ofDelivery,
          response: { 202: deliveryAnswer, ...errors(409) },
        },
      },
      async ({ params, user }, reply) => {
        const webhook = await openWebhook(db, seals, params, user);
        const delivery = await getDelivery(webhook, params.delivery);
        const outcome = await redeliver(db, webhook.id, delivery.id);
        if (outcome === 'gone') throw noSuchDelivery();
        if (outcome === 'disabled') throw isDisabled();
        wake(webhook);
        void reply.code(202);
        return toDeliveryAnswer(await getDelivery(webhook, params.delivery));
      },
    );

    app.post(
      '/api/p/:gid/webhooks/:webhook/test',
      {
        schema: {
          summary: 'Send a test event',
          description: 'An event of the type `webhook.test`, whatever the webhook wants else; 409 when it is disabled.',
          tags,
          params: ofWebhook,
          response: { 202: deliveryAnswer, ...errors(409) },
        },
      },
      async ({ params, user }, reply) => {
        const webhook = await openWebhook(db, seals, params, user);
        const delivery = await queueTestEvent(db, webhook, now());
        if (delivery === null) throw isDisabled();
        wake(webhook);
        void reply.code(202);
        return toDeliveryAnswer(delivery);
      },
    );
    return Promise.resolve();
  };
}

const noSuchDelivery = () => notFound('there is no such delivery', 'delivery_not_found');
const isDisabled = () => conflict('webhook_disabled', 'the webhook is disabled: enable it first');
