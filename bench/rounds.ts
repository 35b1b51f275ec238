import type { Database } from '../src/store/database';
import type { Contender, Timing } from './contender';
import { settle, type Library } from './library';
import { verifyMove } from './verify-move';

export type Timings = ReadonlyMap<Contender['id'], readonly Timing[]>;

/**
 * Runs all contenders once per round, in an order that turns by one each round, after one round that does not count.
 * The rows go to and fro between two folders, so that everyone finds the same table, settled before each run.
 */
export async function runRounds(
  db: Database,
  library: Library,
  contenders: readonly Contender[],
  rounds: number,
  tell: (line: string) => void,
): Promise<Timings> {
  const timings = new Map<Contender['id'], Timing[]>(contenders.map(({ id }) => [id, []]));
  let [from, to] = library.folders;
  for (let round = 0; round <= rounds; round += 1) {
    const turn = round % contenders.length;
    for (const contender of [...contenders.slice(turn), ...contenders.slice(0, turn)]) {
      await settle(db);
      const { timing, jobId } = await contender.run({ from, to });
      await verifyMove(db, library, { from, to }, jobId);
      if (round > 0) timings.get(contender.id)?.push(timing);
      const rate = Math.round(library.rows / (timing.wholeMs / 1000));
      tell(
        `${round === 0 ? 'warm-up' : `round ${String(round)}`}  ${contender.title.padEnd(26)} ${rate.toLocaleString('en')} rows/s`,
      );
      [from, to] = [to, from];
    }
  }
  return timings;
}
