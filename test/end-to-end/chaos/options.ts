import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { readShape, type Shape, toShape } from '../support/shape';

export interface ChaosOptions {
  /** How long things are disturbed; starting before it and calming down after it come on top. */
  readonly seconds: number;
  /** Decides what is disturbed when, and what is asked of the jobs. */
  readonly seed: number;
  /** Assets that the largest of the jobs moves. */
  readonly assets: number;
  /** Servers and roots as in development, or as in docker-compose.yml. */
  readonly shape: Shape;
  /** Where the report goes as JSON, too. */
  readonly jsonFile: string | null;
}

export const USAGE = `npm run chaos -- [--seconds 120] [--seed N] [--assets 100000] [--json FILE] [--shape production]

Runs a stack of its own, moves assets to and fro, pauses, resumes, cancels and undoes, and kills worker, façade,
Postgres and Temporal with -9 all the while. Then it checks the store. Exits 1 when something does not hold.
`;

const MAX_SEED = 2 ** 32;

/** @throws Error with one line for the caller */
export function readOptions(args: readonly string[]): ChaosOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '120' },
      seed: { type: 'string' },
      assets: { type: 'string', default: '100000' },
      json: { type: 'string' },
      shape: { type: 'string', default: readShape() },
    },
  });
  return {
    seconds: toWhole('seconds', values.seconds, 5),
    seed: values.seed === undefined ? randomInt(MAX_SEED) : toWhole('seed', values.seed, 0),
    assets: toWhole('assets', values.assets, 1_000),
    shape: toShape('--shape', values.shape),
    jsonFile: values.json ?? null,
  };
}

function toWhole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < least || value >= MAX_SEED) {
    throw new Error(`--${name} must be a whole number of at least ${String(least)}, not ${JSON.stringify(text)}`);
  }
  return value;
}
