import type { Command } from 'commander';
import { explain, type Tool } from './command';

/** `dag webhook-secret`. */
export function addWebhookSecretCommand(group: Command, tool: Tool): void {
  const command = group
    .command('webhook-secret')
    .description('Show the secret with which receivers verify the webhooks of this installation')
    .action(async () => {
      const secret = await tool.loadWebhookSecret(tool.loadConfig());
      tool.answer({ json: { secret }, lines: [secret] });
    });
  explain(command, {
    notes: [
      'In the form of Standard Webhooks, for any of its libraries. It comes from DATA_SECRET, or from the secret that is kept',
      'under DATA_DIR: run this with those of the workers. Whoever has it can sign events in our name.',
    ],
    examples: ['dag webhook-secret'],
    json: '{"secret": "whsec_…"}',
  });
}
