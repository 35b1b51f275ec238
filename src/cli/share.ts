import type { Command } from 'commander';
import type { Tool } from './command';
import { addShareListCommand } from './share-list';
import { addShareRevokeCommand } from './share-revoke';
import { addShareShowCommand } from './share-show';
import { addShareVisitsCommand } from './share-visits';

/** `share list`, `share show`, `share visits` and `share revoke`. */
export function addShareCommands(program: Command, tool: Tool): void {
  const group = program
    .command('share')
    .description('Share links, by which assets are shown to people outside: list, show, visits, revoke');
  addShareListCommand(group, tool);
  addShareShowCommand(group, tool);
  addShareVisitsCommand(group, tool);
  addShareRevokeCommand(group, tool);
}
