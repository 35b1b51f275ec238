import type { Command } from 'commander';
import { changeWebhook, type WebhookChange } from '../store/webhook-change';
import { deleteWebhook, makeWebhookSecret } from '../store/webhooks';
import { explain, type Tool } from './command';
import { toWebhookFacts, toWebhookJson, WEBHOOK_JSON } from './webhook-line';
import { EXAMPLE_WEBHOOK, getWebhook, withWebhook, withWebhookStore } from './webhook-lookup';

/** `webhook rotate`, `enable`, `disable` and `delete`. */
export function addWebhookSteerCommands(group: Command, tool: Tool): void {
  const change = (text: string, wish: WebhookChange) =>
    withWebhookStore(tool, async (session) => {
      const webhook = await getWebhook(session, text);
      await changeWebhook(session.store.db, webhook, wish, session.seals, new Date(tool.now()));
      return getWebhook(session, text);
    });

  const rotate = withWebhook(group.command('rotate'))
    .description('Give a webhook a new secret; for 24 hours the one before signs too')
    .action(async (text: string) => {
      const secret = makeWebhookSecret();
      const webhook = await change(text, { secret });
      const lines = [...toWebhookFacts(webhook), `Secret, shown this once: ${secret}`];
      tool.answer({ json: { ...toWebhookJson(webhook), secret }, lines });
    });
  explain(rotate, { examples: [`webhook rotate ${EXAMPLE_WEBHOOK}`], json: `${WEBHOOK_JSON.slice(0, -1)}, "secret"}` });

  for (const [name, disabled, description] of [
    ['enable', false, 'Let a webhook go on: it is told of what happens from now on'],
    ['disable', true, 'Let a webhook rest: nothing is collected for it, and what waits is given up'],
  ] as const) {
    const command = withWebhook(group.command(name))
      .description(description)
      .action(async (text: string) => {
        const webhook = await change(text, { disabled });
        tool.answer({ json: toWebhookJson(webhook), lines: toWebhookFacts(webhook) });
      });
    explain(command, { examples: [`webhook ${name} ${EXAMPLE_WEBHOOK}`], json: WEBHOOK_JSON });
  }

  const remove = withWebhook(group.command('delete'))
    .description('Remove a webhook with its log')
    .action(async (text: string) => {
      const webhook = await withWebhookStore(tool, async (session) => {
        const found = await getWebhook(session, text);
        await deleteWebhook(session.store.db, found.id);
        return found;
      });
      tool.answer({
        json: { ...toWebhookJson(webhook), deleted: true },
        lines: [`Webhook ${webhook.uuid} is removed.`],
      });
    });
  explain(remove, {
    examples: [`webhook delete ${EXAMPLE_WEBHOOK}`],
    json: `${WEBHOOK_JSON.slice(0, -1)}, "deleted": true}`,
  });
}
