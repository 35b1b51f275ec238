import type { Command } from 'commander';
import { dagActionJsonSchema } from '../schemas/dag-action-json-schema';
import { type DagActionRecord, listDagActions } from '../store/dag-actions';
import { explain, type Tool, toJsonId } from './command';
import { addDagApplyCommand } from './dag-apply';
import { addDagShowCommand } from './dag-show';
import { addWebhookSecretCommand } from './dag-webhook-secret';
import { shortInstant } from './instant';
import { oneLine } from './screen';
import { withStore } from './session';
import { toTable } from './table';

/** `dag apply`, `dag list`, `dag show`, `dag schema` and `dag webhook-secret`. */
export function addDagCommands(program: Command, tool: Tool): void {
  const group = program
    .command('dag')
    .description('Actions, graphs of steps on an asset: apply, list, show, schema, webhook-secret');
  addDagApplyCommand(group, tool);
  addListCommand(group, tool);
  addDagShowCommand(group, tool);
  addSchemaCommand(group, tool);
  addWebhookSecretCommand(group, tool);
}

export const ACTION_JSON = '{"id", "uuid", "name", "version", "description", "category", "created_at"}';

export function toActionJson({ id, uuid, name, version, description, category, createdAt }: DagActionRecord) {
  return { id: toJsonId(id), uuid, name, version, description, category, created_at: createdAt.toISOString() };
}

function addListCommand(group: Command, tool: Tool): void {
  const list = group
    .command('list')
    .description('List the actions, by category and name, each at its newest version')
    .action(async () => {
      const actions = await withStore(tool, ({ store: { db } }) => listDagActions(db));
      tool.answer({ json: { dag_actions: actions.map(toActionJson) }, lines: toLines(actions) });
    });
  explain(list, { examples: ['dag list', 'dag list --json'], json: `{"dag_actions": [${ACTION_JSON}, …]}` });
}

function toLines(actions: readonly DagActionRecord[]): string[] {
  if (actions.length === 0) return ['No actions.'];
  const rows = actions.map(({ id, name, version, category, definition, createdAt }) => [
    ...[id, oneLine(name), String(version), oneLine(category)],
    ...[String(definition.nodes.length), shortInstant(createdAt)],
  ]);
  return [...toTable(['ID', 'NAME', 'VERSION', 'CATEGORY', 'NODES', 'APPLIED'], rows), 'Instants are UTC.'];
}

function addSchemaCommand(group: Command, tool: Tool): void {
  const schema = group
    .command('schema')
    .description('Print the JSON Schema of the file of an action, for editors')
    .action(() => {
      const json = dagActionJsonSchema();
      tool.answer({ json, lines: [JSON.stringify(json, null, 2)] });
    });
  explain(schema, {
    notes: ['The same as GET /api/dag_actions/schema.json.'],
    examples: ['dag schema > dag-action.schema.json'],
    json: '{…}, the schema (2020-12)',
  });
}
