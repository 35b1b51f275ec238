import type { Command } from 'commander';
import { getProject } from '../store/lookup';
import { listWebhooks } from '../store/webhooks';
import { explain, type Tool } from './command';
import { readReference } from './option-values';
import { toWebhookFacts, toWebhookJson, toWebhookLines, WEBHOOK_JSON } from './webhook-line';
import { EXAMPLE_WEBHOOK, getWebhook, withWebhook, withWebhookStore } from './webhook-lookup';

/** `webhook list` and `webhook show`. */
export function addWebhookListCommands(group: Command, tool: Tool): void {
  const list = group
    .command('list')
    .description('List webhooks: where they send, what, and whether it arrives')
    .option('--project <project>', 'only of this project: name, id, uuid or key', readReference)
    .action(async ({ project }: { readonly project?: string }) => {
      const webhooks = await withWebhookStore(tool, async ({ store: { db }, seals }) => {
        const projectId = project === undefined ? null : (await getProject(db, project)).id;
        return listWebhooks(db, projectId, seals);
      });
      const lines = webhooks.length === 0 ? ['No webhooks.'] : toWebhookLines(webhooks);
      tool.answer({ json: { webhooks: webhooks.map(toWebhookJson) }, lines });
    });
  explain(list, { examples: ['webhook list --project Demo'], json: `{"webhooks": [${WEBHOOK_JSON}, …]}` });

  const show = withWebhook(group.command('show'))
    .description('Show a webhook; its secret is shown to nobody')
    .action(async (text: string) => {
      const webhook = await withWebhookStore(tool, (session) => getWebhook(session, text));
      tool.answer({ json: toWebhookJson(webhook), lines: toWebhookFacts(webhook) });
    });
  explain(show, { examples: [`webhook show ${EXAMPLE_WEBHOOK}`], json: WEBHOOK_JSON });
}
