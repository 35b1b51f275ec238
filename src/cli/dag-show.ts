import type { Command } from 'commander';
import type { DagNode } from '../domain/dag-action';
import { type DagActionRecord, findDagAction, readDagActionSource, readDagActionVersion } from '../store/dag-actions';
import { explain, type Tool, toJsonId } from './command';
import { CommandFailure } from './failure';
import { utcInstant } from './instant';
import { readReference, readWhole } from './option-values';
import { oneLine } from './screen';
import { type StoreSession, withStore } from './session';
import { toFacts, toTable } from './table';

interface ShowOptions {
  readonly version?: number;
  readonly source: boolean;
}

const MAX_VERSION = 999_999_999;

/** `dag show`. */
export function addDagShowCommand(group: Command, tool: Tool): void {
  const show = group
    .command('show')
    .description('Tell what an action does, or print the text that was applied')
    .argument('<action>', 'name, id or uuid', readReference)
    .option('--version <n>', 'this version instead of the newest', readWhole(1, MAX_VERSION))
    .option('--source', 'the text that was applied, as it was', false)
    .action(async (name: string, { version, source: asSource }: ShowOptions) => {
      const { action, source, newest } = await withStore(tool, (session) => getAction(session, name, version));
      const { id, uuid, description, category, createdAt, definition } = action;
      tool.answer({
        json: {
          ...{ id: toJsonId(id), uuid, name: action.name, version: action.version, newest_version: newest },
          ...{ description, category, created_at: createdAt.toISOString(), definition, source },
        },
        lines: asSource ? [source.replace(/\n$/, '')] : toLines(action, newest),
      });
    });
  explain(show, {
    examples: ['dag show Archive', 'dag show Archive --version 1 --source > archive.yaml', 'dag show 3 --json'],
    json: '{"id", "uuid", "name", "version", "newest_version", "description", "category", "created_at", "definition", "source"}',
  });
}

/** @throws CommandFailure when there is no such action, or no such version of it */
async function getAction({ store: { db } }: StoreSession, name: string, version: number | undefined) {
  const newest = await findDagAction(db, name);
  if (newest === null) throw new CommandFailure('action_not_found', `there is no action ${JSON.stringify(name)}`);
  const action = version === undefined ? newest : await readDagActionVersion(db, newest.id, version);
  const text = action === null ? null : await readDagActionSource(db, action.id, action.version);
  if (action !== null && text !== null) return { action, ...text };
  throw new CommandFailure('version_not_found', `${newest.name} has no version ${String(version)}`);
}

function toLines(
  { id, uuid, name, version, description, category, definition, createdAt }: DagActionRecord,
  newest: number,
) {
  const { inputs, concurrency, failFast, maxParallel, nodes } = definition;
  const wanted = Object.entries(inputs).map(
    ([input, { type, default: fallback }]) =>
      `${input}: ${type}${fallback === undefined ? ', required' : `, else ${JSON.stringify(fallback)}`}`,
  );
  return [
    ...toFacts([
      ['action', `${oneLine(name)} (id ${id}, ${uuid})`],
      ['category', oneLine(category)],
      ['about', description === '' ? null : oneLine(description)],
      ['version', `${String(version)} of ${String(newest)}, applied ${utcInstant(createdAt)}`],
      ['second run', { queue: 'waits', cancel: 'cancels the first', reject: 'is refused' }[concurrency]],
      ['on failure', failFast ? 'no new node starts' : 'other branches go on'],
      ['at a time', `${String(maxParallel)} nodes`],
      ...(wanted.length === 0 ? [] : wanted.map((each, at) => [at === 0 ? 'inputs' : '', oneLine(each)] as const)),
    ]),
    '',
    ...toTable(['NODE', 'USES', 'NEEDS', 'TRIGGER', 'IF'], nodes.map(toRow)),
  ];
}

function toRow({ id, uses, needs, trigger, if: condition }: DagNode): string[] {
  return [id, uses, needs.join(', '), trigger, condition === null ? '' : oneLine(condition)];
}
