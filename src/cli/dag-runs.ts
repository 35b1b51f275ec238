import type { Command } from 'commander';
import type { Tool } from './command';
import { addDagRunCommand } from './dag-run';
import { addDagRunShowCommands } from './dag-run-show';
import { addDagRunSteerCommands } from './dag-run-steer';

/** `dag run`, `runs`, `run-show`, `approve`, `resume` and `rerun`, beside the other commands of `dag`. */
export function addDagRunCommands(program: Command, tool: Tool): void {
  const group = program.commands.find((command) => command.name() === 'dag') ?? program.command('dag');
  addDagRunCommand(group, tool);
  addDagRunShowCommands(group, tool);
  addDagRunSteerCommands(group, tool);
}
