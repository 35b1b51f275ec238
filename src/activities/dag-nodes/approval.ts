import { readApprovalWait, type TimeoutRule, toStoredWait } from '../../domain/approval-form';
import { parseDuration } from '../../domain/duration';
import type { WithOf } from '../../schemas/dag-nodes';
import { lockDecision, type StoredDecision } from '../../store/dag-approvals';
import type { NodeResult, StoreNodeHandler } from './node-handler';

/** Waits until somebody has decided (store/dag-approvals), or until nobody has in time. */
export function createApprovalHandler(): StoreNodeHandler<WithOf<'approval'>> {
  return {
    place: 'store',
    quiet: true,

    begin(_tx, { with: { message, form, timeout, on_timeout: onTimeout }, at }) {
      const timeoutMs = timeout === undefined ? null : parseDuration(timeout);
      const wakeAt = timeoutMs === null ? null : new Date(at.getTime() + timeoutMs);
      const wait = { message, form, onTimeout, deadline: wakeAt?.toISOString() ?? null };
      return Promise.resolve({ kind: 'waiting', waiting: toStoredWait(wait), wakeAt, message: `approval: ${message}` });
    },

    async resume(tx, { run, nodeNo, at }, waiting) {
      const wait = readApprovalWait(waiting);
      if (wait === null) throw new Error(`node ${String(nodeNo)} of run ${run.runId} does not wait for an approval`);
      // Locked before the deadline is looked at: whoever was told that the answer counts is right.
      const decision = await lockDecision(tx, run.runId, nodeNo);
      if (decision !== null) return toResult(decision);
      const deadline = wait.deadline === null ? null : new Date(wait.deadline);
      if (deadline === null || at < deadline) return { kind: 'waiting', waiting, wakeAt: deadline };
      return afterTimeout(wait.onTimeout, deadline);
    },
  };
}

function toResult({ decision, by, values }: StoredDecision): NodeResult {
  if (decision === 'approve') return { kind: 'done', output: { decision, by, values }, message: `approved by ${by}` };
  const output = { decision, by, values };
  return { kind: 'failed', code: 'rejected', message: `rejected by ${by}`, retryable: false, output };
}

function afterTimeout(rule: TimeoutRule, deadline: Date): NodeResult {
  const message = `nobody had answered by ${deadline.toISOString()}`;
  switch (rule) {
    case 'approve':
      return { kind: 'done', output: { decision: 'timeout', by: null, values: {} }, message };
    case 'skip':
      return { kind: 'skipped', message };
    case 'fail':
      // Whoever declares another attempt wants to ask again.
      return { kind: 'failed', code: 'timeout', message, retryable: true };
  }
}
