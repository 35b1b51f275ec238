import { createRandom } from './random';

/** What is done to the stack, and how often in comparison. */
const WEIGHTS = {
  worker: 26,
  facade: 18,
  postgres: 14,
  temporal: 14,
  servers: 5,
  everything: 7,
  'second worker': 8,
  'freeze worker': 8,
} as const;
export type DisturbanceKind = keyof typeof WEIGHTS;

export const DISTURBANCES: Readonly<Record<DisturbanceKind, string>> = {
  worker: 'kill -9 worker',
  facade: 'kill -9 façade',
  postgres: 'kill -9 Postgres',
  temporal: 'kill -9 Temporal',
  servers: 'kill -9 Postgres and Temporal',
  everything: 'kill -9 everything',
  'second worker': 'second worker comes, or is killed -9',
  'freeze worker': 'stop the worker for a while, then let it go on',
};

export interface Disturbance {
  /** After the start of the disturbing. A disturbance that takes long delays those after it. */
  readonly atMs: number;
  readonly kind: DisturbanceKind;
  /** Between the kill and the new start, or how long a worker is frozen. */
  readonly pauseMs: number;
}

/** Long enough for a worker that has just been started to do something, most of the time. */
const GAP_MS = [3_000, 13_000] as const;
const FIRST_AT_MS = [1_500, 5_000] as const;
const PAUSE_MS = [100, 3_000] as const;
/** Around the ten seconds after which Temporal gives the work of a silent worker to another one. */
const FREEZE_MS = [2_000, 16_000] as const;

/** The same list for the same seed; a longer time makes it longer and changes nothing of its beginning. */
export function planDisturbances(seed: number, seconds: number): readonly Disturbance[] {
  const random = createRandom(seed, 'disturbances');
  const plan: Disturbance[] = [];
  let atMs = random.between(FIRST_AT_MS);
  while (atMs < seconds * 1_000) {
    const kind = random.pick(WEIGHTS);
    plan.push({ atMs, kind, pauseMs: random.between(kind === 'freeze worker' ? FREEZE_MS : PAUSE_MS) });
    atMs += random.between(GAP_MS);
  }
  return plan;
}
