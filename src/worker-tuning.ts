import type { ActivitySlotInfo, SlotSupplier, TunerHolder, WorkerOptions } from '@temporalio/worker';

type PollerBehavior = NonNullable<WorkerOptions['activityTaskPollerBehavior']>;

/** How many tasks a worker takes at once. */
export interface SlotPlan {
  /** Steps of workflows: they only think, and share one thread. */
  readonly workflowTasks: number;
  readonly activities: SlotSupplier<ActivitySlotInfo>;
}

/** Of a worker that takes no tasks of a kind, the SDK wants to be told a number all the same. */
const UNUSED = { type: 'fixed-size', numSlots: 1 } as const;
/** What the SDK itself takes; less makes jobs wait for each other's workflow, more makes them wait within it. */
export const WORKFLOW_TASKS = 40;
/** Where a machine counts as busy. The rest is for the process itself, and for what the page cache keeps warm. */
const BUSY = { targetCpuUsage: 0.9, targetMemoryUsage: 0.8 };
/** So few are taken however busy the machine is: a worker that takes none does not show why. */
const LEAST_BY_LOAD = 2;

/** Slots as docs/decisions/0036 tells: by number everywhere, or by the load of the machine where files are worked on. */
export function tune({ workflowTasks, activities }: SlotPlan): TunerHolder {
  return {
    workflowTaskSlotSupplier: { type: 'fixed-size', numSlots: workflowTasks },
    activityTaskSlotSupplier: activities,
    localActivityTaskSlotSupplier: UNUSED,
    nexusTaskSlotSupplier: UNUSED,
  };
}

/** So many, always. */
export function fixedSlots(slots: number): SlotSupplier<ActivitySlotInfo> {
  return { type: 'fixed-size', numSlots: slots };
}

/** So many at most, and fewer while processor or memory of the machine (or its container) are nearly used up. */
export function slotsByLoad(most: number): SlotSupplier<ActivitySlotInfo> {
  const minimumSlots = Math.min(LEAST_BY_LOAD, most);
  return { type: 'resource-based', minimumSlots, maximumSlots: most, rampThrottle: '50ms', tunerOptions: BUSY };
}

/** As many polls as the server says that its backlog is worth. */
export const AUTOSCALED_POLLS: PollerBehavior = { type: 'autoscaling', minimum: 1, initial: 5, maximum: 20 };
