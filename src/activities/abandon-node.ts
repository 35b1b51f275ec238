import { hasNodeEnded } from '../domain/dag-run';
import { runAgain } from '../store/contention';
import { findNodeId, lockNode } from '../store/dag-node-loading';
import { createDagDefinitions } from './dag-definitions';
import { abandonLoop, type LoopContext } from './dag-nodes/for-each';
import { toContext } from './dag-nodes/node-context';
import type { NodeHandler } from './dag-nodes/node-handler';
import { prepareWith, readScope } from './dag-nodes/prepare';
import type { NodeDependencies } from './run-node';

/**
 * Lets go of what a node of a cancelled run waits for: the jobs that it has started are cancelled with it. A node that
 * waits for nothing needs no such thing, and a second time finds nothing left to do.
 */
export function createAbandoning({ store, handlers, now }: NodeDependencies) {
  const { db } = store;
  const definitions = createDagDefinitions();

  return async (token: string, no: number, at: string): Promise<void> => {
    const id = await findNodeId(db, token, no);
    if (id === null) return;
    await runAgain(db, () =>
      db.transaction().execute(async (tx) => {
        const place = await lockNode(tx, token, id);
        if (place === null || hasNodeEnded(place.node.state)) return;
        const declared = await definitions.declarationOf(tx, place);
        const scope = await readScope(tx, place.run, [declared.with]);
        const prepared = prepareWith(declared.uses, declared.with, scope);
        if (prepared.kind === 'failed') return;
        const times = { at: new Date(at), now: now() };
        const context = toContext(place, declared, prepared.with, place.node.attempts, times);
        if (declared.uses === 'for_each') {
          await abandonLoop(tx, handlers, { ...context, scope } as LoopContext);
          return;
        }
        const handler = handlers[declared.uses] as NodeHandler<unknown> | undefined;
        const { waiting } = place.node;
        if (handler?.place === 'store' && waiting !== null) await handler.abandon?.(tx, context, waiting);
      }),
    );
  };
}
