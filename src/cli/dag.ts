import type { Command } from 'commander';
import type { Tool } from './command';
import { addWebhookSecretCommand } from './dag-webhook-secret';

/** Commands of actions: graphs of steps on an asset. */
export function addDagCommands(program: Command, tool: Tool): void {
  const group = program.command('dag').description('Actions, graphs of steps on an asset: webhook-secret');
  addWebhookSecretCommand(group, tool);
}
