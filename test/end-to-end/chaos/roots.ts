import { setTimeout as sleep } from 'node:timers/promises';
import type { Installation, OneRoot } from '../support/installation';
import type { RootProcess } from '../support/root-process';

export type Slot = 'façade' | 'second façade' | 'worker' | 'second worker';

/** A root that ended though nobody had killed it. */
export interface OwnEnd {
  readonly slot: Slot;
  /** False when it could not start: a supervisor tries again. Once up it has to outlive every server. */
  readonly wasUp: boolean;
  readonly lastWords: string;
}

/** How long a root took from its start to its word that it is up. */
export interface Boot {
  readonly slot: Slot;
  readonly tookMs: number;
}

/** What there is when all is well: in the production shape two of each. */
export function slotsOf({ shape }: Pick<Installation, 'shape'>): readonly Slot[] {
  return shape === 'production' ? ['façade', 'second façade', 'worker', 'second worker'] : ['façade', 'worker'];
}

/** Façade and worker as a supervisor keeps them: one that ends by itself is started again. */
export interface Roots {
  /** Does nothing when it runs. */
  start(slot: Slot): void;
  /** Ends it with -9 and answers its pid, null when it did not run. It stays away until it is started. */
  kill(slot: Slot): Promise<number | null>;
  pidOf(slot: Slot): number | null;
  /** Waits until each root that runs has said that it is up. */
  ready(): Promise<void>;
  readonly ownEnds: readonly OwnEnd[];
  readonly boots: readonly Boot[];
  /** From now on nothing is started any more. */
  close(): Promise<void>;
}

/** The kind of each, and its number among those of its kind. */
const ROOT: Readonly<Record<Slot, readonly [OneRoot, number]>> = {
  façade: ['server', 0],
  'second façade': ['server', 1],
  worker: ['worker', 0],
  'second worker': ['worker', 1],
};
const RESTART_MS = 1_000;
const LAST_WORDS = 2_000;

export function createRoots(installation: Installation): Roots {
  const running = new Map<Slot, RootProcess>();
  const ownEnds: OwnEnd[] = [];
  const boots: Boot[] = [];
  let isClosed = false;

  function start(slot: Slot): void {
    if (isClosed || running.has(slot)) return;
    const root = installation.spawnOne(...ROOT[slot]);
    running.set(slot, root);
    const startedAt = performance.now();
    let wasUp = false;
    root.ready().then(
      () => {
        wasUp = true;
        boots.push({ slot, tookMs: Math.round(performance.now() - startedAt) });
      },
      () => undefined,
    );
    void root.exited.then(async () => {
      if (running.get(slot) !== root) return;
      running.delete(slot);
      if (isClosed) return;
      ownEnds.push({ slot, wasUp, lastWords: root.output().slice(-LAST_WORDS) });
      await sleep(RESTART_MS);
      start(slot);
    });
  }

  return {
    start,
    async kill(slot) {
      const root = running.get(slot);
      if (root === undefined) return null;
      running.delete(slot);
      await root.end('SIGKILL');
      return root.pid;
    },
    pidOf: (slot) => running.get(slot)?.pid ?? null,
    ready: async () => {
      await Promise.all([...running.values()].map((root) => root.ready()));
    },
    ownEnds,
    boots,
    async close() {
      isClosed = true;
      await Promise.all([...running.values()].map((root) => root.endGroup('SIGKILL')));
    },
  };
}
