import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { readTestVariable } from '../support/environment';

const DIRECTORY = join(__dirname, 'histories');
const FILES = readdirSync(DIRECTORY).filter((name) => name.endsWith('.json'));

Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
});

const readHistory = (name: string) => historyFromJSON(JSON.parse(readFileSync(join(DIRECTORY, name), 'utf8')));
const replay = (name: string, change: (history: ReturnType<typeof readHistory>) => void = () => {}) => {
  const history = readHistory(name);
  change(history);
  const workflowBundle = { codePath: readTestVariable('TEST_WORKFLOW_BUNDLE') };
  return Worker.runReplayHistory({ workflowBundle }, history);
};

it('there is a history of every way that a workflow can go', () => {
  const scenes = new Set(FILES.map((name) => name.split('.')[0]));
  expect([...scenes].sort()).toEqual([
    'bulk-ingest-cancelled',
    'bulk-ingest-continued',
    'bulk-ingest-done',
    'bulk-ingest-rejected',
    'bulk-ingest-resumed',
    'bulk-ingest-retried',
    'bulk-ingest-running',
    'bulk-move-cancelled',
    'bulk-move-cancelled-in-the-store',
    'bulk-move-continued',
    'bulk-move-done',
    'bulk-move-empty',
    'bulk-move-failed',
    'bulk-move-paused',
    'bulk-move-paused-before-it-was-opened',
    'bulk-move-rejected',
    'bulk-move-resumed',
    'bulk-move-retried',
    'bulk-move-running',
    'bulk-move-waited-behind-another',
    'dag-action-run-approved',
    'dag-action-run-cancelled',
    'dag-action-run-continued',
    'dag-action-run-done',
    'dag-action-run-failed',
    'dag-action-run-paused',
    'dag-action-run-waiting',
    'delete-assets-cancelled',
    'deliver-webhook-continued',
    'deliver-webhook-tried-again',
    'deliver-webhook-woken-while-it-slept',
    'expire-sync-events',
    'force-approve-done',
    'ingest-media-cancelled',
    'ingest-media-done',
    'ingest-media-failed',
    'ingest-media-paused',
    'ingest-media-rejected',
    'ingest-media-resumed',
    'ingest-media-retried',
    'ingest-media-running',
    'ingest-media-sent-back',
    'mail-delivered',
    'mail-queued-while-it-slept',
    'prune-continued',
    'prune-done',
    'purge-trash-continued',
    'purge-trash-done',
    'review-request-cancelled',
    'review-request-continued',
    'review-request-done',
    'review-request-not-followed-up',
    'set-shared-cancelled',
    'set-shared-done',
    'share-expiry-continued',
    'share-expiry-woken',
    'sweep-objects-continued',
    'sweep-objects-done',
    'sweep-queued-jobs',
    'track-review-continued',
    'track-review-done',
    'track-review-waiting',
    'track-review-woken',
    'trash-assets-done',
    'watch-shares',
    'watch-webhooks',
  ]);
});

it.each(FILES)('%s replays without a difference', async (name) => {
  await replay(name);
});

it.each(FILES.filter((file) => file.startsWith('bulk-move-continued')))('%s ends by continuing as new', (name) => {
  const last = readHistory(name).events?.at(-1);
  expect(last?.workflowExecutionContinuedAsNewEventAttributes).toBeTruthy();
});

it('a history of another order of activities is told apart', async () => {
  const [name] = FILES.filter((file) => file.startsWith('bulk-move-done'));
  const swapped = replay(name ?? '', (history) => {
    for (const event of history.events ?? []) {
      const type = event.activityTaskScheduledEventAttributes?.activityType;
      if (type?.name === 'moveChunks') type.name = 'closeJob';
    }
  });
  await expect(swapped).rejects.toThrow(/[Nn]ondeterminism/);
});
