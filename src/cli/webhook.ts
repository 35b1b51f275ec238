import type { Command } from 'commander';
import type { Tool } from './command';
import { addWebhookCreateCommand } from './webhook-create';
import { addWebhookDeliveryCommands } from './webhook-deliveries';
import { addWebhookListCommands } from './webhook-list';
import { addWebhookSteerCommands } from './webhook-steer';

/** `webhook create`, `list`, `show`, `deliveries`, `redeliver`, `test`, `rotate`, `enable`, `disable` and `delete`. */
export function addWebhookCommands(program: Command, tool: Tool): void {
  const group = program
    .command('webhook')
    .description(
      'Webhooks of projects: create, list, show, deliveries, redeliver, test, rotate, enable, disable, delete',
    );
  addWebhookCreateCommand(group, tool);
  addWebhookListCommands(group, tool);
  addWebhookDeliveryCommands(group, tool);
  addWebhookSteerCommands(group, tool);
}
