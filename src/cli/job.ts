import type { Command } from 'commander';
import type { Tool } from './command';
import { addJobChildCommands } from './job-children';
import { addJobItemsCommand } from './job-items';
import { addJobListCommand } from './job-list';
import { addJobShowCommand } from './job-show';
import { addJobSteeringCommands } from './job-steer';
import { addJobWatchCommand } from './job-watch';

/** `job watch`, `show`, `list`, `items`, `pause`, `resume`, `cancel`, `retry` and `undo`. */
export function addJobCommands(program: Command, tool: Tool): void {
  const group = program
    .command('job')
    .description('Long operations: watch, show, list, items, pause, resume, cancel, retry, undo');
  addJobWatchCommand(group, tool);
  addJobShowCommand(group, tool);
  addJobListCommand(group, tool);
  addJobItemsCommand(group, tool);
  addJobSteeringCommands(group, tool);
  addJobChildCommands(group, tool);
}
