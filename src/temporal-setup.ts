import { type Client, Connection, ScheduleAlreadyRunning, type ScheduleOptions } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from './contract/search-attributes';
import { TASK_QUEUE } from './contract/task-queues';
import { PRUNE_WORKFLOW } from './contract/prune';
import { PURGE_TRASH_WORKFLOW } from './contract/purge';
import { WATCH_REVIEWS_WORKFLOW } from './contract/review-follow-up';
import { WATCH_WEBHOOKS_WORKFLOW } from './contract/webhook';
import { WATCH_SHARES_WORKFLOW } from './contract/share-expiry';
import { SWEEP_OBJECTS_WORKFLOW } from './contract/sweep-objects';
import { EXPIRE_SYNC_EVENTS_WORKFLOW, SWEEP_QUEUED_JOBS_WORKFLOW } from './contract/workflows';

/** `temporal.api.enums.v1.IndexedValueType` of a keyword. */
const KEYWORD = 2;

/** Makes our search attributes known to the namespace. Harmless when they are; a fault of one that is new is thrown. */
export async function registerSearchAttributes(client: Client): Promise<void> {
  const { namespace } = client.options;
  if (!(client.connection instanceof Connection)) throw new TypeError('search attributes need a connection of its own');
  const { operatorService } = client.connection;
  const known = await operatorService.listSearchAttributes({ namespace });
  const missing = Object.keys(SEARCH_ATTRIBUTES).filter((name) => !(name in known.customAttributes));
  if (missing.length === 0) return;
  const searchAttributes = Object.fromEntries(missing.map((name) => [name, KEYWORD]));
  await operatorService.addSearchAttributes({ namespace, searchAttributes });
}

type OwnSchedule = Pick<ScheduleOptions, 'scheduleId' | 'spec'> & {
  readonly workflowType: string;
  readonly note: string;
  /** What it missed while Temporal was away is made up for, if it is not older. */
  readonly catchupWindow?: '1 day';
  /** The input of the workflow; none when absent. */
  readonly input?: Readonly<Record<string, unknown>>;
};

/** `temporal schedule trigger --schedule-id longhaul-purge-trash` runs it now. */
export const PURGE_TRASH_SCHEDULE = 'longhaul-purge-trash';

/** What runs by the clock. The Schedule Id says what it does; operators pause and trigger, the spec lives here. */
const SCHEDULES: readonly OwnSchedule[] = [
  {
    scheduleId: 'longhaul-sweep-queued-jobs',
    spec: { intervals: [{ every: '1 minute' }] },
    workflowType: SWEEP_QUEUED_JOBS_WORKFLOW,
    note: 'Starts queued jobs that a crash left behind',
  },
  {
    scheduleId: 'longhaul-expire-sync-events',
    spec: { intervals: [{ every: '1 hour' }] },
    workflowType: EXPIRE_SYNC_EVENTS_WORKFLOW,
    note: 'Removes sync events older than the retention',
  },
  {
    scheduleId: 'longhaul-prune',
    spec: { intervals: [{ every: '1 day', offset: '160 minutes' }] },
    workflowType: PRUNE_WORKFLOW,
    note: 'Removes details of jobs that ended long ago, and old history',
    catchupWindow: '1 day',
  },
  {
    scheduleId: PURGE_TRASH_SCHEDULE,
    spec: { intervals: [{ every: '1 hour' }] },
    workflowType: PURGE_TRASH_WORKFLOW,
    note: 'Deletes for good what has been in the trash for longer than the retention',
    catchupWindow: '1 day',
    input: {},
  },
  {
    scheduleId: 'longhaul-sweep-objects',
    spec: { intervals: [{ every: '1 hour', offset: '20 minutes' }] },
    workflowType: SWEEP_OBJECTS_WORKFLOW,
    note: 'Removes objects that nothing names, and what puts and downloads have left behind',
    input: {},
  },
  {
    scheduleId: 'longhaul-share-expiry',
    spec: { intervals: [{ every: '1 minute' }] },
    workflowType: WATCH_SHARES_WORKFLOW,
    note: 'Makes sure that the timer of shares and the delivery of mails run',
  },
  {
    scheduleId: 'longhaul-review-follow-up',
    spec: { intervals: [{ every: '5 minutes' }] },
    workflowType: WATCH_REVIEWS_WORKFLOW,
    note: 'Starts or wakes follow-ups of reviews at which something is overdue',
  },
  {
    scheduleId: 'longhaul-webhooks',
    spec: { intervals: [{ every: '1 minute', offset: '30 seconds' }] },
    workflowType: WATCH_WEBHOOKS_WORKFLOW,
    note: 'Makes sure that webhooks are delivered, and removes what is old from their log',
  },
];

/** The Schedule Ids of this version. */
export const SCHEDULE_IDS: readonly string[] = SCHEDULES.map((schedule) => schedule.scheduleId);

/**
 * Makes the schedules what this version says, whatever they were; a schedule that an operator paused stays paused.
 * Answers their ids.
 */
export async function applySchedules(client: Client): Promise<string[]> {
  for (const { scheduleId, spec, workflowType, note, catchupWindow = '10 minutes', input } of SCHEDULES) {
    const own = {
      spec,
      action: {
        type: 'startWorkflow',
        workflowType,
        workflowId: scheduleId,
        taskQueue: TASK_QUEUE,
        args: input === undefined ? [] : [input],
        staticSummary: note,
      },
      policies: { overlap: 'SKIP', catchupWindow, pauseOnFailure: false },
    } satisfies Partial<ScheduleOptions>;
    try {
      await client.schedule.create({ scheduleId, ...own });
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      await client.schedule.getHandle(scheduleId).update(({ state }) => ({ ...own, state }));
    }
  }
  return [...SCHEDULE_IDS];
}
