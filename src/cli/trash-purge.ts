import type { Client } from '@temporalio/client';
import { WorkflowFailedError } from '@temporalio/client';
import type { Command } from 'commander';
import { PURGE_TRASH_WORKFLOW, type PurgeProgress } from '../contract/purge';
import { TASK_QUEUE } from '../contract/task-queues';
import { countTrash, listTrashRoots } from '../store/purge-due';
import { assertWorker } from './assert-worker';
import { type Answer, explain, type Tool } from './command';
import { CommandFailure } from './failure';
import { withStore, withTemporal } from './session';
import { assetsInWords, toTrashJson, toTrashLines } from './trash-line';

const LISTED = 1_000;
/** One at a time by hand: whoever asks while it runs waits for the same. */
const WORKFLOW_ID = 'longhaul-purge-trash-by-hand';

/** `trash purge`. */
export function addTrashPurgeCommand(group: Command, tool: Tool): void {
  const purge = group
    .command('purge')
    .description(
      'Delete for good what has lain in the trash for longer than TRASH_RETENTION, now and not within the hour',
    )
    .option('--dry-run', 'only list what would go')
    .action(async ({ dryRun = false }: { dryRun?: boolean }) => {
      tool.answer(dryRun ? await lookOnly(tool) : await withTemporal(tool, (client) => purgeNow(tool, client)));
    });
  explain(purge, {
    notes: [
      'Runs the workflow of the schedule longhaul-purge-trash on a worker and waits for its end. Ctrl-C leaves it running.',
      'The dry run needs no Temporal; it lists the first 1,000 and counts all.',
    ],
    examples: ['trash purge --dry-run', 'trash purge'],
    json:
      '{"total", "purged", "kept", "remaining", "objects": {"removed", "waiting"}} in assets; ' +
      'of a dry run {"dry_run": true, "total": <assets>, "listed": <n>, "of": <n>, "trash": [as trash list]}',
  });
}

async function lookOnly(tool: Tool): Promise<Answer> {
  const { roots, count } = await withStore(tool, async ({ config, store: { db } }) => {
    const filter = { retentionMs: config.trashRetentionMs, dueOnly: true };
    return { roots: await listTrashRoots(db, { ...filter, limit: LISTED }), count: await countTrash(db, filter) };
  });
  const json = {
    dry_run: true,
    total: count.assets,
    listed: roots.length,
    of: count.roots,
    trash: roots.map(toTrashJson),
  };
  const more = count.roots > roots.length ? [`… and ${String(count.roots - roots.length)} more`] : [];
  const sum = `${assetsInWords(count.assets)} would be deleted for good; instants are UTC.`;
  return { json, lines: count.roots === 0 ? ['Nothing is due.'] : [...toTrashLines(roots), ...more, sum] };
}

async function purgeNow(tool: Tool, client: Client): Promise<Answer> {
  await assertWorker(client);
  const handle = await client.workflow.start(PURGE_TRASH_WORKFLOW, {
    workflowId: WORKFLOW_ID,
    taskQueue: TASK_QUEUE,
    args: [{}],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: 'Deletes for good what has been in the trash for longer than the retention',
  });
  tool.line(`The purge runs as workflow ${WORKFLOW_ID}.`);
  const result = (await handle.result().catch((error: unknown) => {
    throw error instanceof WorkflowFailedError
      ? new CommandFailure('purge_ended', 'the purge did not come to its end; the next one goes on', {
          cause: error.cause,
        })
      : error;
  })) as PurgeProgress;
  const { total, purged, kept, remaining, objects } = result;
  const lines = [
    `${assetsInWords(purged)} deleted for good, ${assetsInWords(kept)} kept, of ${assetsInWords(total)} that were due.`,
    `${String(objects.removed)} objects removed, ${String(objects.waiting)} wait for another attempt.`,
  ];
  return { json: { total, purged, kept, remaining, objects }, lines };
}
