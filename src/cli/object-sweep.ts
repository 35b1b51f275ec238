import { type Client, WorkflowFailedError } from '@temporalio/client';
import type { Command } from 'commander';
import { type ObjectSweep, SWEEP_OBJECTS_WORKFLOW } from '../contract/sweep-objects';
import { TASK_QUEUE } from '../contract/task-queues';
import { assertWorker } from './assert-worker';
import { type Answer, explain, type Tool } from './command';
import { CommandFailure } from './failure';
import { withTemporal } from './session';

/** One of each at a time by hand: whoever asks while it runs waits for the same. */
const WORKFLOW_ID = 'longhaul-sweep-objects-by-hand';

/** `objects sweep`. */
export function addObjectCommands(program: Command, tool: Tool): void {
  const sweep = program
    .command('objects')
    .description('The files of media in the object store: sweep')
    .command('sweep')
    .description('Remove objects older than a day that nothing names, now and not within the hour')
    .option('--dry-run', 'only tell what would go')
    .action(async ({ dryRun = false }: { dryRun?: boolean }) => {
      tool.answer(await withTemporal(tool, (client) => sweepNow(tool, client, dryRun)));
    });
  explain(sweep, {
    notes: [
      'Runs the workflow of the schedule longhaul-sweep-objects on a worker and waits for its end. Ctrl-C leaves it running.',
      'The dry run names the first 100 keys.',
    ],
    examples: ['objects sweep --dry-run', 'objects sweep'],
    json:
      '{"dry_run", "looked_at", "orphans", "removed", "waiting", "unfinished", "staged"}; ' +
      'of a dry run also "keys": ["<key>", …]',
  });
}

async function sweepNow(tool: Tool, client: Client, dryRun: boolean): Promise<Answer> {
  await assertWorker(client);
  const workflowId = dryRun ? `${WORKFLOW_ID}-dry-run` : WORKFLOW_ID;
  const handle = await client.workflow.start(SWEEP_OBJECTS_WORKFLOW, {
    workflowId,
    taskQueue: TASK_QUEUE,
    args: [{ dry_run: dryRun }],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: 'Removes objects that nothing names, and what puts and downloads have left behind',
  });
  tool.line(`The sweep runs as workflow ${workflowId}.`);
  const sweep = (await handle.result().catch((error: unknown) => {
    throw error instanceof WorkflowFailedError
      ? new CommandFailure('sweep_ended', 'the sweep did not come to its end; the next one begins from the start', {
          cause: error.cause,
        })
      : error;
  })) as ObjectSweep;
  return { json: { ...sweep }, lines: toLines(sweep) };
}

function toLines({
  dry_run: dryRun,
  looked_at: lookedAt,
  orphans,
  removed,
  waiting,
  unfinished,
  staged,
  keys = [],
}: ObjectSweep): string[] {
  // prettier-ignore
  const seen = `${String(lookedAt)} objects and previews looked at, ${String(orphans)} objects that nothing names`;
  if (dryRun) {
    const more = orphans > keys.length ? [`… and ${String(orphans - keys.length)} more`] : [];
    return [...keys, ...more, `${seen}. Nothing was changed.`];
  }
  return [
    `${seen}.`,
    `${String(removed)} objects removed, ${String(waiting)} wait for another attempt.`,
    `${String(unfinished)} unfinished puts and ${String(staged)} forgotten files taken away.`,
  ];
}
