import { createHash } from 'node:crypto';

/** Chance that can be had again. */
export interface Random {
  /** True once in `1 / share` times. */
  chance(share: number): boolean;
  /** A whole number, both ends included. */
  between(range: readonly [least: number, most: number]): number;
  /** One of the names, as often as its weight says. */
  pick<K extends string>(weights: Readonly<Record<K, number>>): K;
}

/** A stream of its own for each purpose: what one draws does not change what another one gets. */
export function createRandom(seed: number, purpose: string): Random {
  let state = createHash('sha256')
    .update(`${String(seed)} ${purpose}`)
    .digest()
    .readUInt32LE();
  // Mulberry32: even enough for choices, and the same on every machine.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    chance: (share) => next() < share,
    between: ([least, most]) => least + Math.floor(next() * (most - least + 1)),
    pick<K extends string>(weights: Readonly<Record<K, number>>): K {
      const entries = Object.entries(weights) as [K, number][];
      let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      const drawn = entries.find(([, weight]) => (left -= weight) < 0) ?? entries.at(-1);
      if (drawn === undefined) throw new Error('nothing to pick from');
      return drawn[0];
    },
  };
}
