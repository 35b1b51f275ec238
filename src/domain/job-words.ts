import type { JobKind } from './job';

/** 1,234,567 */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Whole percents, rounded down: 100 is said only when nothing remains. */
export function percentOf(total: number, remaining: number): number {
  return total === 0 ? 100 : Math.floor(((total - remaining) / total) * 100);
}

/** `about 900 per second`; empty when it is not known, and while nothing gets done. */
export function rateInWords(perSecond: number | null): string {
  if (perSecond === null || perSecond === 0) return '';
  if (perSecond >= 10) return `about ${grouped(Math.round(perSecond))} per second`;
  if (perSecond >= 1) return `about ${perSecond.toFixed(1)} per second`;
  return `about ${perSecond * 60 >= 10 ? String(Math.round(perSecond * 60)) : (perSecond * 60).toFixed(1)} per minute`;
}

/** `done in 10 to 20 s`; empty when it cannot be said. The instants are ISO texts. */
export function etaInWords(eta: { readonly earliest: string; readonly latest: string } | null, nowMs: number): string {
  if (eta === null) return '';
  const latest = (Date.parse(eta.latest) - nowMs) / 1_000;
  const earliest = Math.max(0, (Date.parse(eta.earliest) - nowMs) / 1_000);
  if (latest <= 1) return 'done any moment now';
  const [size, unit] = unitFor(latest);
  const [low, high] = [Math.floor(earliest / size), Math.ceil(latest / size)];
  if (low === 0) return `done within ${String(high)} ${unit}`;
  return low === high ? `done in about ${String(high)} ${unit}` : `done in ${String(low)} to ${String(high)} ${unit}`;
}

function unitFor(seconds: number): readonly [number, string] {
  if (seconds < 100) return [1, 's'];
  return seconds < 6_000 ? [60, 'min'] : [3_600, 'h'];
}

/** `12 s`, `3 min 4 s`, `2 h 5 min`: how long something took, from two ISO texts. */
export function durationInWords(from: string, to: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1_000));
  if (seconds === 0) return 'less than a second';
  if (seconds < 60) return `${String(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${String(minutes)} min ${String(seconds % 60)} s`;
  return `${String(Math.floor(minutes / 60))} h ${String(minutes % 60)} min`;
}

/** `download: 12.3 MB of 1.1 GB`: the step that a job is at, or what one of them waits for; empty for a job without steps, and for one that stands. */
export function stepInWords(
  steps: readonly { readonly name: string; readonly state: string; readonly message: string | null }[],
): string {
  const step =
    steps.find(({ state }) => state === 'running') ??
    steps.find(({ state, message }) => state === 'waiting' && message !== null);
  if (step === undefined) return '';
  return step.message === null ? step.name : `${step.name}: ${step.message}`;
}

const DONE_WORDS: Readonly<Record<JobKind, string>> = {
  bulk_move_assets: 'moved',
  trash_assets: 'trashed',
  restore_assets: 'restored',
  assign_assets: 'assigned',
  delete_assets: 'deleted',
  ingest_media: 'attached',
  bulk_ingest_media: 'attached',
  set_shared: 'changed',
  review_request: 'put under review',
  force_approve: 'approved',
  dag_action_run: 'succeeded',
};

/** What became of the items that such a job is through with. */
export function deedInWords(kind: JobKind): string {
  return DONE_WORDS[kind];
}
