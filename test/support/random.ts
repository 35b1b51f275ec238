/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** From 0 to below `limit`. */
  integer(limit: number): number;
  pick<T>(choices: readonly T[]): T;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const integer = (limit: number): number => {
    // The step of a Weyl sequence, and the mixing of its bits.
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) % limit;
  };
  const pick = <T>(choices: readonly T[]): T => {
    const chosen = choices[integer(choices.length)];
    if (choices.length === 0) throw new Error('there is nothing to pick from');
    return chosen as T;
  };
  return { integer, pick };
}
