import type { Pool } from 'pg';
import type { Contender } from '../contender';
import type { Library } from '../library';

/** (a): what Postgres does at best, without history, counts or anything to resume from. */
export function createOneUpdate(pool: Pool, library: Library): Contender {
  return {
    id: 'a',
    title: 'one UPDATE',
    covers: 'one statement, no history, no counts, no list of what is selected',
    async run({ from, to }) {
      const startedAt = performance.now();
      await pool.query(
        `update assets set parent_id = $1, updated_at = now()
         where project_id = $2 and parent_id = $3 and deleted_at is null`,
        [to.id, library.projectId, from.id],
      );
      const wholeMs = performance.now() - startedAt;
      return { timing: { wholeMs, selectionMs: 0, movingMs: wholeMs, firstChunkMs: null }, jobId: null };
    },
  };
}
