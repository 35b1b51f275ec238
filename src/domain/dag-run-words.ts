import type { NodeState, OmissionCause } from './dag-run';

/** What the messages of a run say. */
export const RUN_STARTED = 'Run started';

export function nodeStarted(id: string, attempt: number, maxAttempts: number): string {
  return attempt === 1 ? `Node ${id} started` : `Node ${id} started (${attemptOf(attempt, maxAttempts)})`;
}

export function nodeSucceeded(id: string, note: string | undefined): string {
  return `Node ${id} succeeded${noted(note)}`;
}

export function nodeSkipped(id: string, why = 'its condition is false'): string {
  return `Node ${id} skipped: ${why}`;
}

export function nodeWaits(id: string, note = 'what it has begun'): string {
  return note.startsWith('waiting for ') ? `Node ${id} is ${note}` : `Node ${id} is waiting for ${note}`;
}

/** `nextInMs` null: it is not tried again. */
export function nodeFailed(
  id: string,
  failure: { readonly attempt: number; readonly maxAttempts: number; readonly why: string },
  nextInMs: number | null,
): string {
  const which = failure.maxAttempts > 1 ? ` (${attemptOf(failure.attempt, failure.maxAttempts)})` : '';
  const next = nextInMs === null ? '' : `; next attempt in ${inSeconds(nextInMs)}`;
  return `Node ${id} failed${which}: ${failure.why}${next}`;
}

export function nodeSettled(
  id: string,
  state: Extract<NodeState, 'omitted' | 'cancelled'>,
  cause: OmissionCause | null,
): string {
  if (state === 'cancelled') return `Node ${id} cancelled`;
  return `Node ${id} omitted: ${cause === 'skip' ? 'what it needs was skipped' : 'what it needs has failed'}`;
}

export function runEnded(how: string): string {
  return `Run ended: ${how}`;
}

const attemptOf = (attempt: number, maxAttempts: number) => `attempt ${String(attempt)} of ${String(maxAttempts)}`;
const noted = (note: string | undefined) => (note === undefined ? '' : `: ${note}`);

function inSeconds(ms: number): string {
  if (ms < 1_000) return `${String(ms)} ms`;
  if (ms < 120_000) return `${String(Math.round(ms / 1_000))} s`;
  return `${String(Math.round(ms / 60_000))} min`;
}
