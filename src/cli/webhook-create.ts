import { type Command, InvalidArgumentError } from 'commander';
import { WEBHOOK_EVENT_PATTERNS } from '../domain/webhook-event';
import { parseWebhookSecret, SECRET_RULE } from '../domain/webhook-secret';
import { judgeWebhookUrl } from '../domain/webhook-url';
import { getProject } from '../store/lookup';
import { createWebhook, MAX_WEBHOOKS } from '../store/webhooks';
import { explain, type Tool } from './command';
import { CommandFailure } from './failure';
import { getActor } from './job-lookup';
import { type ActorOption, withActor } from './job-options';
import { readReference } from './option-values';
import { WEBHOOK_JSON, toWebhookFacts, toWebhookJson } from './webhook-line';
import { withWebhookStore } from './webhook-lookup';

interface CreateOptions extends ActorOption {
  readonly project: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly secret?: string;
}

/** `webhook create`. */
export function addWebhookCreateCommand(group: Command, tool: Tool): void {
  const create = withActor(group.command('create'))
    .description('Make a webhook: what happens in a project is posted to a URL, signed')
    .requiredOption('--project <project>', 'name, id, uuid or key', readReference)
    .requiredOption('--url <url>', 'https in production, and never inside')
    .requiredOption('--events <types>', 'separated by commas: job.done, share.*, or * for all', readEvents)
    .option('--secret <secret>', `${SECRET_RULE} (default: one is made)`)
    .action(async ({ project: named, url: text, events, secret, as }: CreateOptions) => {
      // Read here and not by commander, which would repeat a bad one: it may be somebody's secret all the same.
      if (secret !== undefined && parseWebhookSecret(secret) === null) {
        throw new CommandFailure('secret_invalid', `--secret ${SECRET_RULE}`);
      }
      const config = tool.loadConfig();
      const { judgeUrl } = await tool.openAddresses(config);
      const verdict = judgeWebhookUrl(text, judgeUrl, config.production);
      if (verdict.kind === 'refused') throw new CommandFailure(verdict.code, `--url: ${verdict.message}`);
      const { url } = verdict;
      const creation = await withWebhookStore(tool, async (session) => {
        const project = await getProject(session.store.db, named);
        const { id: createdBy } = await getActor(session, as);
        const order = {
          project,
          createdBy,
          url,
          events,
          secret: secret ?? null,
          idempotency: null,
          now: new Date(tool.now()),
        };
        return createWebhook(session.store.db, order, session.seals);
      });
      if (creation.kind === 'too_many' || creation.kind === 'conflict') {
        throw new CommandFailure('too_many_webhooks', `a project has ${String(MAX_WEBHOOKS)} webhooks at most`);
      }
      const { webhook, secret: shown } = creation;
      tool.answer({
        json: { ...toWebhookJson(webhook), secret: shown },
        lines: [...toWebhookFacts(webhook), `Secret, shown this once: ${shown ?? ''}`],
      });
    });
  explain(create, {
    notes: [`Events: ${WEBHOOK_EVENT_PATTERNS.join(' ')}`],
    examples: ['webhook create --project Demo --url https://hooks.example.com/in --events "job.*,share.expired"'],
    json: `${WEBHOOK_JSON.slice(0, -1)}, "secret"}`,
  });
}

function readEvents(value: string): readonly string[] {
  const events = [...new Set(value.split(',').map((event) => event.trim()))];
  const unknown = events.find((event) => !WEBHOOK_EVENT_PATTERNS.includes(event));
  if (unknown === undefined) return events;
  throw new InvalidArgumentError(`There are no events ${JSON.stringify(unknown)}; --help lists them.`);
}
