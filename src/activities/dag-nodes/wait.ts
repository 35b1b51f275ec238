import { parseDuration } from '../../domain/duration';
import type { WithOf } from '../../schemas/dag-nodes';
import type { NodeResult, StoreNodeHandler } from './node-handler';

/** Lets time pass: so long, or until an instant. One that lies in the past, or is now, ends it at once. */
export function createWaitHandler(): StoreNodeHandler<WithOf<'wait'>> {
  return {
    place: 'store',
    quiet: true,

    begin(_tx, { with: { duration, until }, at }) {
      const end = until === undefined ? at.getTime() + (parseDuration(duration ?? '') ?? 0) : Date.parse(until);
      const result = judge(new Date(end), at);
      return Promise.resolve({ ...result, ...(result.kind === 'waiting' && { message: new Date(end).toISOString() }) });
    },

    resume: (_tx, { at }, waiting) => Promise.resolve(judge(new Date(waiting['until'] as string), at)),
  };
}

function judge(until: Date, at: Date): NodeResult {
  const output = { until: until.toISOString() };
  return until <= at ? { kind: 'done', output } : { kind: 'waiting', waiting: output, wakeAt: until };
}
