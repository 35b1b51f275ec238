import type { ActivityOptions } from '@temporalio/workflow';

/**
 * Work on our own machine room (Postgres, worker): retried without end, since nothing but its return can help. Slices
 * last about five seconds; the heartbeat tells a dead worker from a slow one.
 */
export const storeActivityOptions: ActivityOptions = {
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 1.5, maximumInterval: '5 seconds' },
};
