import type { NodeKind } from '../../../domain/dag-action';
import type { DagRunStatus, NodeState } from '../../../domain/dag-run';
import { capitalized } from '../wording';

export const NODE_STATE_WORDS: Readonly<Record<NodeState, string>> = {
  pending: 'Pending',
  queued: 'Queued',
  running: 'Running',
  waiting: 'Waiting',
  succeeded: 'Succeeded',
  failed: 'Failed',
  skipped: 'Skipped',
  omitted: 'Omitted',
  cancelled: 'Cancelled',
};

export const RUN_STATUS_WORDS: Readonly<Record<DagRunStatus, string>> = {
  running: 'Running',
  paused: 'Paused',
  succeeded: 'Succeeded',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

/** `HTTP request` */
export function kindOfNodeInWords(kind: NodeKind): string {
  return kind === 'http_request' ? 'HTTP request' : capitalized(kind.replaceAll('_', ' '));
}

/** `attempt 2 of 3` while it may be tried again or is at work, `3 attempts` afterwards; empty for a first and only one. */
export function attemptsInWords(state: NodeState, attempts: number, maxAttempts: number): string {
  if (attempts === 0 || maxAttempts === 1) return '';
  if (state === 'running' || state === 'waiting') return `attempt ${String(attempts)} of ${String(maxAttempts)}`;
  return attempts === 1 ? '' : `${String(attempts)} attempts`;
}

/** Why a node has no outcome of its own. */
export function omissionInWords(state: NodeState, cause: 'failure' | 'skip' | null): string | null {
  switch (state) {
    case 'skipped':
      return 'Its condition is false.';
    case 'omitted':
      return cause === 'skip' ? 'What it needs was skipped.' : 'What it needs has failed.';
    case 'cancelled':
      return 'The run was cancelled before it was through.';
    case 'pending':
    case 'queued':
    case 'running':
    case 'waiting':
    case 'succeeded':
    case 'failed':
      return null;
  }
}

/** `15:49:02 UTC` from an ISO text. */
export function timeInWords(iso: string): string {
  return `${iso.slice(11, 19)} UTC`;
}

/** `in 3 days`, `in 40 min`; empty for what is over. */
export function timeLeftInWords(untilMs: number, nowMs: number): string {
  const minutes = Math.round((untilMs - nowMs) / 60_000);
  if (minutes < 0) return '';
  if (minutes < 1) return 'in less than a minute';
  if (minutes < 120) return `in ${String(minutes)} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `in ${String(hours)} h` : `in ${String(Math.round(hours / 24))} days`;
}

/** Characters that are not seen, or that turn what stands around them. */
const HIDDEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** A text in which nothing hides, for where no element can hold it apart. */
export function plainText(text: string): string {
  return text.replace(HIDDEN, (each) => `\\u{${(each.codePointAt(0) ?? 0).toString(16)}}`);
}

/** The same of a text with lines and tabs. */
export function plainLines(text: string): string {
  return text.replace(/[^\n\t]+/g, plainText);
}

/** A value as JSON for people; cut after so many characters. Characters that nobody sees are written as escapes. */
export function toJsonText(value: unknown, maxLength: number): string {
  const text = JSON.stringify(value, null, 2).replace(HIDDEN, (each) => (each === '\n' ? each : escaped(each)));
  return text.length <= maxLength ? text : `${text.slice(0, maxLength).replace(/[\uD800-\uDBFF]$/, '')}\n…`;
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

/** The text with at most so many characters, the last of them an ellipsis when it was longer. */
export function shortened(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}
