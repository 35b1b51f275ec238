import { readFile, stat } from 'node:fs/promises';
import type { Command } from 'commander';
import type { DagDefinition } from '../domain/dag-action';
import { MAX_ACTION_BYTES, parseDagAction } from '../schemas/dag-action';
import { type AppliedAction, applyDagAction } from '../store/dag-actions';
import { explain, type Tool, toJsonId } from './command';
import { CommandFailure } from './failure';
import { oneLine } from './screen';
import { withStore } from './session';

interface ApplyOptions {
  readonly file: readonly string[];
  readonly dryRun: boolean;
}

interface ActionFile {
  readonly path: string;
  readonly source: string;
  readonly definition: DagDefinition;
}

/** `dag apply`. */
export function addDagApplyCommand(group: Command, tool: Tool): void {
  const apply = group
    .command('apply')
    .description('Make actions, or new versions of them, from files of YAML or JSON')
    .requiredOption('-f, --file <path>', 'a file; may be given several times', collect, [])
    .option('--dry-run', 'only look whether the files are valid', false)
    .action(async ({ file: paths, dryRun }: ApplyOptions) => {
      const files = await readFiles(paths);
      if (dryRun) {
        const valid = files.map(({ definition: { name, nodes } }) => ({ name, nodes: nodes.length }));
        tool.answer({
          json: answerOf(valid.map((each) => ({ ...each, valid: true }))),
          lines: valid.map(({ name, nodes }) => `${oneLine(name)} is valid: ${String(nodes)} nodes.`),
        });
        return;
      }
      const applied = await withStore(tool, async ({ store: { db } }) => {
        const done: AppliedAction[] = [];
        for (const { definition, source } of files) {
          done.push(await applyDagAction(db, definition, source, null, new Date(tool.now())));
        }
        return done;
      });
      tool.answer({ json: answerOf(applied.map(toJson)), lines: applied.map(toLine) });
    });
  explain(apply, {
    notes: [
      'What a file says already changes nothing; anything else makes a new version, and runs keep to the one that they',
      'began with. When one file has a fault nothing is applied; each fault is told with its line.',
    ],
    examples: ['dag apply -f examples/actions/archive.yaml', 'dag apply -f a.yaml -f b.yaml --dry-run --json'],
    json:
      '{"id", "uuid", "name", "version", "changed": true | false}; of several files {"dag_actions": […]}; ' +
      'with --dry-run {"name", "nodes": <n>, "valid": true}',
  });
}

function collect(path: string, before: readonly string[]): readonly string[] {
  return [...before, path];
}

/** One object for one file, as every command answers. */
function answerOf(each: readonly Readonly<Record<string, unknown>>[]): Readonly<Record<string, unknown>> {
  const [only] = each;
  return only !== undefined && each.length === 1 ? only : { dag_actions: each };
}

function toJson({ id, uuid, name, version, changed }: AppliedAction) {
  return { id: toJsonId(id), uuid, name, version, changed };
}

function toLine({ id, name, version, changed }: AppliedAction): string {
  const what = `${oneLine(name)} (id ${id})`;
  if (!changed) return `${what} is at version ${String(version)} already.`;
  return version === 1 ? `${what} made.` : `${what} is at version ${String(version)} now.`;
}

/** @throws CommandFailure `action_invalid` telling every fault of every file */
async function readFiles(paths: readonly string[]): Promise<readonly ActionFile[]> {
  const files: ActionFile[] = [];
  const faults: string[] = [];
  for (const path of paths) {
    const source = await readText(path);
    const reading = parseDagAction(source);
    if ('definition' in reading) files.push({ path, source, definition: reading.definition });
    else faults.push(...reading.faults.map((fault) => toFaultLine(path, fault)));
  }
  const names = files.map(({ definition: { name } }) => name);
  const twice = files.find(({ definition: { name } }, at) => names.indexOf(name) < at);
  if (twice !== undefined) faults.push(`${twice.path}: another file calls itself ${twice.definition.name} as well`);
  if (faults.length > 0) throw new CommandFailure('action_invalid', faults.join('\n'));
  return files;
}

function toFaultLine(path: string, fault: { line: number; column: number; path: string; message: string }): string {
  const field = fault.path === '' ? 'the file' : fault.path;
  return `${path}:${String(fault.line)}:${String(fault.column)}: ${field} ${oneLine(fault.message)}`;
}

async function readText(path: string): Promise<string> {
  try {
    // A file of any size is not to be read only to be refused.
    if ((await stat(path)).size > MAX_ACTION_BYTES) {
      throw new CommandFailure('action_invalid', `${path}: must have at most ${String(MAX_ACTION_BYTES / 1024)} KiB`);
    }
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof CommandFailure || code === undefined) throw error;
    throw new CommandFailure('file_unreadable', `${path} cannot be read (${code})`);
  }
}
