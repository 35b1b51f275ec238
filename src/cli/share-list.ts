import { type Command, Option } from 'commander';
import { SHARE_STATUSES, type ShareStatus } from '../domain/share';
import { getAsset, getProject } from '../store/lookup';
import { listShares } from '../store/share-reading';
import { explain, type Tool } from './command';
import { readReference, readWhole } from './option-values';
import { withStore } from './session';
import { SHARE_JSON, toShareJson, toShareLines } from './share-line';

interface ListOptions {
  readonly project?: string;
  readonly asset?: string;
  readonly status?: ShareStatus;
  readonly limit: number;
}

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;

/** `share list`. */
export function addShareListCommand(group: Command, tool: Tool): void {
  const list = group
    .command('list')
    .description('List shares, newest first: until when they are open, how many assets and people, and whose they are')
    .option('--project <project>', 'only of this project: name, id, uuid or key', readReference)
    .option('--asset <asset>', 'only those that show this asset, or did so: id, uuid or key', readReference)
    .addOption(new Option('--status <status>', 'only those that are so now').choices(SHARE_STATUSES))
    .option('--limit <n>', 'shares at most', readWhole(1, MAX_LIMIT), DEFAULT_LIMIT)
    .action(async ({ project, asset, status, limit }: ListOptions) => {
      const now = new Date(tool.now());
      const found = await withStore(tool, async ({ store: { db } }) => {
        const projectId = project === undefined ? undefined : (await getProject(db, project)).id;
        const assetId = asset === undefined ? undefined : (await getAsset(db, asset)).id;
        return listShares(db, { projectId, assetId, status, now }, limit + 1);
      });
      const shares = found.slice(0, limit);
      const more = found.length > limit;
      const ending = more ? ['There are more: --limit lists them.'] : ['Instants are UTC.'];
      tool.answer({
        json: { shares: shares.map((share) => toShareJson(share, now)), more },
        lines: shares.length === 0 ? ['No shares.'] : [...toShareLines(shares, now), ...ending],
      });
    });
  explain(list, {
    examples: ['share list --status active', 'share list --project "Spring campaign" --json', 'share list --asset 42'],
    json: `{"shares": [${SHARE_JSON}, …], "more": true | false}`,
  });
}
