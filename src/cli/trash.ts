import type { Command } from 'commander';
import type { Tool } from './command';
import { addTrashListCommand } from './trash-list';
import { addTrashPurgeCommand } from './trash-purge';

/** `trash list` and `trash purge`. */
export function addTrashCommands(program: Command, tool: Tool): void {
  const group = program.command('trash').description('What lies in the trash, and its deletion for good: list, purge');
  addTrashListCommand(group, tool);
  addTrashPurgeCommand(group, tool);
}
