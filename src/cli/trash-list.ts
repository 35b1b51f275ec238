import type { Command } from 'commander';
import { getProject } from '../store/lookup';
import { countTrash, listTrashRoots } from '../store/purge-due';
import { explain, type Tool } from './command';
import { readReference, readWhole } from './option-values';
import { withStore } from './session';
import { assetsInWords, toTrashJson, toTrashLines } from './trash-line';

interface ListOptions {
  readonly project?: string;
  readonly limit: number;
}

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;

/** `trash list`. */
export function addTrashListCommand(group: Command, tool: Tool): void {
  const list = group
    .command('list')
    .description('List what was trashed, what is deleted for good first at the top; what went along with it is counted')
    .option('--project <project>', 'only of this project: name, id, uuid or key', readReference)
    .option('--limit <n>', 'lines at most', readWhole(1, MAX_LIMIT), DEFAULT_LIMIT)
    .action(async ({ project, limit }: ListOptions) => {
      const { roots, count } = await withStore(tool, async ({ config, store: { db } }) => {
        const projectId = project === undefined ? undefined : (await getProject(db, project)).id;
        const filter = { retentionMs: config.trashRetentionMs, dueOnly: false, projectId };
        return { roots: await listTrashRoots(db, { ...filter, limit }), count: await countTrash(db, filter) };
      });
      const json = { total: count.assets, listed: roots.length, of: count.roots, trash: roots.map(toTrashJson) };
      const more = count.roots > roots.length ? [`… and ${String(count.roots - roots.length)} more`] : [];
      const sum = `${assetsInWords(count.assets)} in the trash; instants are UTC.`;
      tool.answer({
        json,
        lines: count.roots === 0 ? ['The trash is empty.'] : [...toTrashLines(roots), ...more, sum],
      });
    });
  explain(list, {
    notes: ['What is due is deleted by the next hourly purge; TRASH_RETENTION says when that is.'],
    examples: ['trash list', 'trash list --project "Spring campaign" --limit 1000 --json'],
    json: '{"total": <assets>, "listed": <n>, "of": <n>, "trash": [{"key", "title", "media_type", "project", "trashed_at", "due_at", "purging", "assets"}, …]}',
  });
}
