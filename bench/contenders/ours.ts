import { Client } from 'undici';
import type { Store } from '../../src/store/database';
import type { Contender } from '../contender';
import { openJobStream } from '../job-stream';
import type { Library } from '../library';
import { postMove } from '../post-move';

/** The product, from the outside: one POST, and the project's event stream until it says `done`. */
export function createOurs(store: Store, origin: string, library: Library): Contender {
  return {
    id: 'ours',
    title: 'Longhaul',
    covers: 'from before the POST until the event stream says done: façade, workflow, snapshot, chunks, progress, end',
    async run({ from, to }) {
      const stream = await openJobStream(origin, library);
      const client = new Client(origin);
      try {
        const startedAt = performance.now();
        const token = await postMove(client, library, { parent: to.uuid, selection: [{ children: from.uuid }] });
        const [selected, first, done] = await Promise.all([
          stream.first(token, ({ info }) => info.total !== null),
          stream.first(token, ({ info }) => info.succeeded > 0),
          stream.first(token, ({ info }) => info.outcome !== null),
        ]);
        const { state, succeeded } = done.data.info;
        if (state !== 'done' || succeeded !== library.rows) {
          throw new Error(`job ${token} ended ${state} with ${String(succeeded)} of ${String(library.rows)} moved`);
        }
        const { id } = await store.db
          .selectFrom('jobs')
          .select('id')
          .where('uuid', '=', token)
          .executeTakeFirstOrThrow();
        const timing = {
          wholeMs: done.at - startedAt,
          selectionMs: selected.at - startedAt,
          movingMs: done.at - selected.at,
          firstChunkMs: first.at - startedAt,
        };
        return { timing, jobId: id };
      } finally {
        await client.close();
        await stream.close();
      }
    },
  };
}
