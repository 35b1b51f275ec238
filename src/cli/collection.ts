import type { Command } from 'commander';
import type { Tool } from './command';
import { addCollectionCreateCommand } from './collection-create';
import { addCollectionMembershipCommands } from './collection-membership';

/** `collection create`, `add` and `remove`. */
export function addCollectionCommands(program: Command, tool: Tool): void {
  const group = program.command('collection').description('Collections of assets: create, add, remove');
  addCollectionCreateCommand(group, tool);
  addCollectionMembershipCommands(group, tool);
}
