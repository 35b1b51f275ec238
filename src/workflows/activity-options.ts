import { ActivityCancellationType, type ActivityOptions } from '@temporalio/workflow';

/**
 * Work on our own machine room (Postgres, worker): retried without end, since nothing but its return can help. Slices
 * last about five seconds; the heartbeat tells a dead worker from a slow one.
 *
 * Who cancels waits for the chunk at hand: what it moves must be in the counts that the job ends with. The SDK does not
 * do so unless it is told to, whatever its documentation says of the default.
 */
export const storeActivityOptions: ActivityOptions = {
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '10 seconds',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1 second', backoffCoefficient: 1.5, maximumInterval: '5 seconds' },
};
