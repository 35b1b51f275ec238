/** Runs what has one name one after the other, in the order of the calls, whatever becomes of those before. */
export function createInTurn() {
  const last = new Map<string, Promise<unknown>>();
  return {
    names: (): ReadonlySet<string> => new Set(last.keys()),
    async run<T>(name: string, work: () => Promise<T>): Promise<T> {
      const before = last.get(name) ?? Promise.resolve();
      const mine = before.then(work, work);
      last.set(name, mine);
      try {
        return await mine;
      } finally {
        if (last.get(name) === mine) last.delete(name);
      }
    },
  };
}
