import type { Command } from 'commander';
import type { ProjectRecord } from '../store/lookup';
import { createProject } from '../store/project-creation';
import { explain, toJsonId, type Tool } from './command';
import { readName } from './option-values';
import { withStore } from './session';

/** `project create`. */
export function addProjectCommands(program: Command, tool: Tool): void {
  const create = program
    .command('project')
    .description('Projects, which hold the assets: create')
    .command('create')
    .description('Make a project, or answer the one of that name; grant teams access to it next')
    .requiredOption('--name <name>', 'name, unique among projects', readName)
    .action(async ({ name }: { name: string }) => {
      const project = await withStore(tool, ({ store }) => createProject(store.db, name));
      const happened = project.created ? 'made' : 'existed already';
      tool.answer({ json: toProjectJson(project), lines: [`Project ${describeProject(project)} ${happened}.`] });
    });
  explain(create, { examples: ['project create --name "Spring campaign"'], json: '{"id", "uuid", "key", "name"}' });
}

export function toProjectJson(project: ProjectRecord) {
  return { id: toJsonId(project.id), uuid: project.uuid, key: project.key, name: project.name };
}

export function describeProject(project: ProjectRecord): string {
  return `${project.name} (id ${project.id}, uuid ${project.uuid}, key ${project.key})`;
}
