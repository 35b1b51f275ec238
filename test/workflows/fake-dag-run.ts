import type { Activities } from '../../src/contract/activities';
import type { NodeRequest, NodeStep, NodeTold, RunLook, RunnableNode } from '../../src/contract/dag-action-run';
import { countNodes, hasNodeEnded, type NodeStanding } from '../../src/domain/dag-run';
import type { JobControl, JobState } from '../../src/domain/job';
import { createFakeActivities, OPENED } from './fake-activities';

/** What a step of a node answers; by default it succeeds. */
export type FakeNode = (request: NodeRequest, times: number) => Promise<Partial<NodeStep>> | Partial<NodeStep>;

const PENDING: NodeStanding = { state: 'pending', cause: null };

/** A run in memory: its nodes, what becomes of each, and who steers it. */
export function createFakeDagRun(
  nodes: readonly (Partial<RunnableNode> & { readonly id: string })[],
  script: Readonly<Record<string, FakeNode>> = {},
  { maxParallel = 10, failFast = false } = {},
) {
  const graph = nodes.map((node): RunnableNode => ({ needs: [], trigger: 'all_success', continues: false, place: 'store', uses: 'update_asset', ...node })); // prettier-ignore
  const store = {
    standings: graph.map(() => PENDING),
    wakeAt: graph.map((): string | null => null),
    state: 'running' as JobState,
    control: 'run' as JobControl,
    due: [] as string[],
  };
  const taken: string[] = [];
  const placeOf = (id: string) => graph.findIndex((node) => node.id === id);
  const look = (): RunLook => ({ state: store.state, control: store.control, due: store.due });
  const { activities: rest, closes } = createFakeActivities({ folders: 0, files: 0 });

  const activities: Activities = {
    ...rest,
    openDagActionRun: async () => ({
      ...OPENED,
      token: '',
      state: store.state,
      counts: countNodes(store.standings),
      waitingChunks: { folders: 0, files: 1 },
      graph,
      ...{ maxParallel, failFast, standings: store.standings, wakeAt: store.wakeAt, control: store.control },
    }),
    runNode: async (request) => {
      const { node } = request;
      const at = placeOf(node);
      taken.push(node);
      const told = (await script[node]?.(request, taken.filter((id) => id === node).length)) ?? {};
      const step: NodeStep = { state: 'succeeded', cause: null, more: false, wakeAt: null, ...told };
      store.standings[at] = { state: step.state, cause: step.cause };
      store.wakeAt[at] = step.wakeAt;
      if (hasNodeEnded(step.state)) store.due = store.due.filter((id) => id !== node);
      return step;
    },
    runNodes: async ({ token, lanes, at }) => {
      const steps: NodeTold[] = [];
      for (const lane of lanes) {
        for (const node of lane) {
          const step = await activities.runNode({ token, node, at });
          steps.push({ node, ...step });
          if (step.state !== 'succeeded') break;
        }
      }
      return steps;
    },
    settleNodes: async ({ settled }) => {
      for (const { at, state, cause } of settled) store.standings[at] = { state, cause };
      return look();
    },
    lookAtRun: async ({ at }) => {
      const isDue = (wakeAt: string | null) => wakeAt !== null && wakeAt <= at;
      const due = graph.filter((_, place) => isDue(store.wakeAt[place] ?? null)).map(({ id }) => id);
      return { ...look(), due: [...store.due, ...due] };
    },
    cancelRun: async () => {
      store.control = 'cancel';
      return look();
    },
    controlJob: async ({ token, action }) => {
      store.control = action === 'pause' ? 'pause' : 'run';
      store.state = action === 'pause' ? 'paused' : 'running';
      return { token, state: store.state, counts: countNodes(store.standings) };
    },
    answerApproval: async ({ node }) => void store.due.push(node),
    closeJob: async (request) => {
      const ended = await rest.closeJob(request);
      store.state = ended.state;
      return { ...ended, counts: countNodes(store.standings) };
    },
  };
  const statesOf = () => Object.fromEntries(graph.map(({ id }, at) => [id, store.standings[at]?.state]));
  return { activities, store, taken, closes, statesOf };
}
