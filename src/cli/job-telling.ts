import { createDispatcher, type Dispatcher, type WorkflowStarter } from '../dispatch';
import type { Database } from '../store/database';
import { createWorkflowKeeper } from '../temporal';
import type { Tool } from './command';
import { tellAtOnce } from './temporal-telling';

/**
 * Tells Temporal at once of what stands in the store. When it does not answer, a façade or the sweep tells it later: one
 * line says so, and nothing has failed.
 */
export async function tellTemporal(
  tool: Tool,
  db: Database,
  tell: (dispatcher: Pick<Dispatcher, 'dispatch' | 'nudge'>) => void,
): Promise<void> {
  await tellAtOnce(tool, 'its workflow hears of it when Temporal answers', async (client, log) => {
    const { starter, assertTold } = watchFaults(createWorkflowKeeper(client));
    const dispatcher = createDispatcher({ db, starter, log, now: () => new Date(tool.now()) });
    tell(dispatcher);
    await dispatcher.stop();
    assertTold();
  });
}

/** A dispatcher keeps what goes wrong to itself, for it tries again; this process does not live that long. */
function watchFaults(keeper: WorkflowStarter): { starter: WorkflowStarter; assertTold: () => void } {
  const faults: unknown[] = [];
  const noted =
    <T>(call: (argument: T) => Promise<void>) =>
    async (argument: T) => {
      try {
        await call(argument);
      } catch (error) {
        faults.push(error);
        throw error;
      }
    };
  return {
    starter: { start: noted((job) => keeper.start(job)), wake: noted((nudge) => keeper.wake(nudge)) },
    assertTold: () => {
      if (faults.length > 0) throw faults[0];
    },
  };
}
