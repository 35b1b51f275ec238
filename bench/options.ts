import { parseArgs } from 'node:util';

export interface BulkMoveOptions {
  /** Assets that each run moves; as many again lie beside them and stay. */
  readonly rows: number;
  /** Measured rounds; one round for warming up comes before them. */
  readonly rounds: number;
  /** POSTs per side and per way of asking. */
  readonly posts: number;
  /** Exit 1 when a demand is not met. */
  readonly assert: boolean;
}

export const USAGE = `npm run bench -- bulk-move [--rows 100000] [--rounds 5] [--posts 300] [--assert]

Moves the same rows by our bulk move and by three baselines, and compares the POST with a bare handler.
Prints a table and writes JSON under bench/results/. With --assert a demand that is not met exits 1.
`;

const MIN_ROUNDS = 3;

/** @throws Error with one line for the caller */
export function readOptions(args: readonly string[]): BulkMoveOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rows: { type: 'string', default: '100000' },
      rounds: { type: 'string', default: '5' },
      posts: { type: 'string', default: '300' },
      assert: { type: 'boolean', default: false },
    },
  });
  if (positionals.length !== 1 || positionals[0] !== 'bulk-move')
    throw new Error(`give one bench: bulk-move\n\n${USAGE}`);
  return {
    rows: toWhole('rows', values.rows, 1_000),
    rounds: toWhole('rounds', values.rounds, MIN_ROUNDS),
    posts: toWhole('posts', values.posts, 1),
    assert: values.assert,
  };
}

function toWhole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least) {
    throw new Error(`--${name} must be a whole number of at least ${String(least)}, not ${JSON.stringify(text)}`);
  }
  return value;
}
