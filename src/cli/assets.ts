import type { Command } from 'commander';
import type { Database } from '../store/database';
import { generateAssets } from '../store/generate';
import { getProject, getUser, type UserRecord } from '../store/lookup';
import { findAdministrator } from '../store/people';
import { explain, type Tool } from './command';
import { CommandFailure } from './failure';
import { readReference, readWhole } from './option-values';
import { withStore } from './session';

interface GenerateOptions {
  readonly project: string;
  readonly count: number;
  readonly folders: number;
  readonly owner?: string;
}

const MAX_COUNT = 10_000_000;
const MAX_FOLDERS = 10_000;

/** `assets generate`. */
export function addAssetCommands(program: Command, tool: Tool): void {
  const generate = program
    .command('assets')
    .description('Assets for trials and measurements: generate')
    .command('generate')
    .description('Fill a project with made-up assets; each call adds more')
    .requiredOption('--project <project>', 'name, id, uuid or key', readReference)
    .requiredOption('--count <n>', 'assets to make, folders not counted', readWhole(0, MAX_COUNT))
    .option('--folders <n>', 'new folders under the root to spread them over', readWhole(0, MAX_FOLDERS), 0)
    .option('--owner <user>', 'e-mail address, id or uuid (default: the first administrator)', readReference)
    .action(async ({ project: text, count, folders, owner }: GenerateOptions) => {
      const { project, made } = await withStore(tool, async ({ store: { db } }) => {
        const found = await getProject(db, text);
        const { id: ownerId } = owner === undefined ? await getAdministrator(db) : await getUser(db, owner);
        return { project: found, made: await generateAssets(db, { projectId: found.id, ownerId, count, folders }) };
      });
      const where = folders === 0 ? 'under its root' : `in ${String(folders)} new folders`;
      tool.answer({
        json: { count: made.count, folders: made.folders },
        lines: [`${String(made.count)} assets made in project ${project.name}, ${where}.`, ...made.folders],
      });
    });
  explain(generate, {
    notes: [
      'Without --folders the assets go under the root. All of them are made or none; a million takes less than a minute.',
      'Their history begins with it; there are no sync events of it.',
    ],
    examples: [
      'assets generate --project "Spring campaign" --count 10000 --folders 10',
      'assets generate --project 1 --count 0 --folders 1',
    ],
    json: '{"count", "folders": ["<uuid>", …]}',
  });
}

async function getAdministrator(db: Database): Promise<UserRecord> {
  const administrator = await findAdministrator(db);
  if (administrator !== null) return administrator;
  throw new CommandFailure('no_owner', 'there is no administrator to own the assets: name a user with --owner');
}
