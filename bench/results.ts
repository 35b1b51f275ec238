import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import type { Home } from './home';
import { describeMachine, type Machine } from './machine';
import type { AnyOptions } from './options';
import { median } from './statistics';
import type { Demand } from './summary';

export const RESULTS = join(__dirname, 'results');

/** What every bench keeps of a run; the single values, which differ, lie beside it. */
export interface BenchResult {
  readonly bench: AnyOptions['bench'];
  /** ISO 8601. */
  readonly startedAt: string;
  readonly seconds: number;
  readonly machine: Machine;
  /** Load averages of a minute: of everything on the machine, this bench and what it starts included. */
  readonly load: { readonly before: number; readonly median: number; readonly most: number };
  readonly options: Readonly<Record<string, unknown>>;
  readonly demands: readonly Demand[];
}

/** A run that is going on. */
export interface RunRecord {
  /** Keeps what was found as JSON below bench/results; answers where. */
  write(found: { readonly demands: readonly Demand[] }): Promise<string>;
}

const LOAD_EVERY_MS = 5_000;

/** Begins to take down a run: when it was, on what, and what load there was meanwhile. */
export function startRecord(options: AnyOptions, home: Home | null): RunRecord {
  const startedAt = new Date();
  const loads = [readLoad()];
  const timer = setInterval(() => loads.push(readLoad()), LOAD_EVERY_MS).unref();
  return {
    async write(found) {
      clearInterval(timer);
      loads.push(readLoad());
      const { bench, ...rest } = options;
      const result: BenchResult = {
        bench,
        startedAt: startedAt.toISOString(),
        seconds: (Date.now() - startedAt.getTime()) / 1_000,
        machine: await describeMachine(home),
        load: { before: loads[0] ?? 0, median: median(loads), most: Math.max(...loads) },
        options: rest,
        ...found,
      };
      mkdirSync(RESULTS, { recursive: true });
      const path = join(RESULTS, `${bench}-${startedAt.toISOString().replaceAll(':', '-')}.json`);
      writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
      return path;
    },
  };
}

function readLoad(): number {
  return loadavg()[0] ?? 0;
}
