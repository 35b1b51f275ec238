import { type Command, Option } from 'commander';
import { WEBHOOK_DELIVERY_STATES, type WebhookDeliveryState } from '../domain/webhook-delivery';
import { type DeliveryRecord, listDeliveries, queueTestEvent, redeliver } from '../store/webhook-log';
import type { WebhookRecord } from '../store/webhooks';
import { createWebhookWaker } from '../temporal-wakers';
import { explain, type Tool } from './command';
import { CommandFailure } from './failure';
import { readWhole } from './option-values';
import { tellAtOnce } from './temporal-telling';
import { DELIVERY_JSON, toDeliveryJson, toDeliveryLines } from './webhook-line';
import {
  EXAMPLE_WEBHOOK,
  getDelivery,
  getWebhook,
  withDelivery,
  withWebhook,
  withWebhookStore,
} from './webhook-lookup';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1_000;

interface DeliveriesOptions {
  readonly state?: WebhookDeliveryState;
  readonly limit: number;
}

/** `webhook deliveries`, `webhook redeliver` and `webhook test`. */
export function addWebhookDeliveryCommands(group: Command, tool: Tool): void {
  const deliveries = withWebhook(group.command('deliveries'))
    .description('List what was sent to a webhook, newest first: attempts, and why it did not arrive')
    .addOption(new Option('--state <state>', 'only those').choices(WEBHOOK_DELIVERY_STATES))
    .option('--limit <n>', 'deliveries at most', readWhole(1, MAX_LIMIT), DEFAULT_LIMIT)
    .action(async (text: string, { state, limit }: DeliveriesOptions) => {
      const found = await withWebhookStore(tool, async (session) => {
        const { id } = await getWebhook(session, text);
        return listDeliveries(session.store.db, id, { state: state ?? null, before: null, limit });
      });
      const lines = found.length === 0 ? ['No deliveries.'] : toDeliveryLines(found);
      tool.answer({ json: { deliveries: found.map(toDeliveryJson) }, lines });
    });
  explain(deliveries, {
    examples: [`webhook deliveries ${EXAMPLE_WEBHOOK} --state failed`],
    json: `{"deliveries": [${DELIVERY_JSON}, …]}`,
  });

  const again = withDelivery(withWebhook(group.command('redeliver')))
    .description('Send a delivery again at once, under its webhook-id')
    .action(async (text: string, which: string) => {
      const { webhook, delivery } = await withWebhookStore(tool, async (session) => {
        const webhook = await getWebhook(session, text);
        const { id } = await getDelivery(session, webhook, which);
        const outcome = await redeliver(session.store.db, webhook.id, id);
        if (outcome === 'disabled') throw isDisabled();
        return { webhook, delivery: await getDelivery(session, webhook, which) };
      });
      await answerDue(tool, webhook, delivery);
    });
  explain(again, { examples: [`webhook redeliver ${EXAMPLE_WEBHOOK} 7`], json: DELIVERY_JSON });

  const test = withWebhook(group.command('test'))
    .description('Send a test event to a webhook')
    .action(async (text: string) => {
      const { webhook, delivery } = await withWebhookStore(tool, async (session) => {
        const webhook = await getWebhook(session, text);
        const delivery = await queueTestEvent(session.store.db, webhook, new Date(tool.now()));
        if (delivery === null) throw isDisabled();
        return { webhook, delivery };
      });
      await answerDue(tool, webhook, delivery);
    });
  explain(test, { examples: [`webhook test ${EXAMPLE_WEBHOOK}`], json: DELIVERY_JSON });
}

async function answerDue(tool: Tool, { uuid: webhook, projectUuid: project }: WebhookRecord, delivery: DeliveryRecord) {
  await tellAtOnce(tool, 'it is sent within a minute or two', (client) => createWebhookWaker(client, tool.taskQueue).wake({ webhook, project })); // prettier-ignore
  tool.answer({ json: toDeliveryJson(delivery), lines: [`Delivery ${delivery.uuid} (${delivery.type}) is due now.`] });
}

const isDisabled = () => new CommandFailure('webhook_disabled', 'the webhook is disabled: enable it first');
