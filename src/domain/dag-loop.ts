import type { JsonValue } from './dag-action';

/** Where the items of a loop stand. `open`: those that have neither succeeded nor failed. */
export interface LoopCounts {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly open: number;
}

/** Failures of items that are told one by one. */
const TOLD_FAILURES = 20;
/** A loop that is shorter tells of its progress by its end. */
const MIN_TOLD_PROGRESS = 20;

const inWords = (count: number) => count.toLocaleString('en');

/** What a loop tells when it begins. */
export function loopBegins(node: string, total: number): string {
  return `Node ${node}: ${inWords(total)} ${total === 1 ? 'item' : 'items'}`;
}

/** What is told of a loop that got from one standing to the next: each tenth of it, once. */
export function loopProgress(node: string, before: LoopCounts, after: LoopCounts): readonly string[] {
  const { total } = after;
  const tenthOf = ({ open }: LoopCounts) => Math.floor(((total - open) * 10) / total);
  if (total < MIN_TOLD_PROGRESS || tenthOf(after) === tenthOf(before) || after.open === 0) return [];
  const failed = after.failed === 0 ? '' : `, ${inWords(after.failed)} of them failed`;
  return [`Node ${node}: ${inWords(total - after.open)} of ${inWords(total)} items done${failed}`];
}

/** What is told of an item that has failed for good; null when enough have been told of before it. */
export function itemFailed(
  node: string,
  item: { readonly no: number; readonly attempts: number; readonly why: string },
  failedBefore: number,
): string | null {
  if (failedBefore >= TOLD_FAILURES) return null;
  const times = item.attempts > 1 ? ` after ${String(item.attempts)} attempts` : '';
  return `Node ${node}: item ${String(item.no)} failed${times}: ${item.why}`;
}

/** The counts in words, for the end. */
export function loopEnd({ total, failed }: LoopCounts): string {
  if (failed === 0) return total === 0 ? 'there was nothing to do' : `${inWords(total)} items`;
  return `${inWords(failed)} of ${inWords(total)} items have failed`;
}

/** What the outputs of items may take in that of their loop. */
const MAX_OUTPUTS_LENGTH = 192 * 1024;

/** As many of the outputs, from the first on, as fit. */
export function fittingOutputs(outputs: readonly JsonValue[]): readonly JsonValue[] {
  let length = 0;
  const end = outputs.findIndex((output) => (length += JSON.stringify(output).length + 1) > MAX_OUTPUTS_LENGTH);
  return end === -1 ? outputs : outputs.slice(0, end);
}
