import { TRIGGER_RULES, type TriggerRule } from '../../src/domain/dag-action';
import {
  countNodes,
  hasNodeEnded,
  judgeTrigger,
  type NodeStanding,
  type ParentVerdict,
  planRun,
  type RuleVerdict,
  statusOfRun,
  verdictOf,
} from '../../src/domain/dag-run';
import { evaluateGraph, randomGraph } from '../support/dag-reference';
import { createRandom, type Random } from '../support/random';

/**
 * What each rule says when every parent has ended as named: `S` succeeded, `F` failed, `K` skipped (itself or above it).
 * The names and their meaning are those of Airflow's trigger rules. Two things Airflow's page leaves to its scheduler are
 * fixed here: a node that is left out because something above it has failed counts as failed for those below it
 * (Airflow: `upstream_failed`), and one that is left out for a skip counts as skipped.
 *
 * Argo Workflows says the same with `depends`: `all_success` is `a.Succeeded && b.Succeeded`, `all_done` is
 * `(a.Succeeded || a.Failed || a.Skipped || a.Omitted) && …`, `one_success` is `a.Succeeded || b.Succeeded`, `one_failed` is
 * `a.Failed || b.Failed`. It differs where it takes a skipped need as met: its default for plain dependencies is
 * `Succeeded || Skipped || Daemoned`, which is our `none_failed`, not our `all_success`. And it decides on an expression
 * when all the tasks named in it have ended, where `one_success` and `one_failed` begin with the first one that counts.
 */
const TABLE: readonly (readonly [string, Readonly<Record<TriggerRule, RuleVerdict>>])[] = [
  ['', { all_success: 'run', all_done: 'run', one_success: 'run', one_failed: 'run', none_failed: 'run', always: 'run' }],
  ['S', { all_success: 'run', all_done: 'run', one_success: 'run', one_failed: 'skip', none_failed: 'run', always: 'run' }],
  ['F', { all_success: 'failure', all_done: 'run', one_success: 'failure', one_failed: 'run', none_failed: 'failure', always: 'run' }],
  ['K', { all_success: 'skip', all_done: 'run', one_success: 'skip', one_failed: 'skip', none_failed: 'run', always: 'run' }],
  ['.', { all_success: 'wait', all_done: 'wait', one_success: 'wait', one_failed: 'wait', none_failed: 'wait', always: 'wait' }],
  ['SS', { all_success: 'run', all_done: 'run', one_success: 'run', one_failed: 'skip', none_failed: 'run', always: 'run' }],
  ['SF', { all_success: 'failure', all_done: 'run', one_success: 'run', one_failed: 'run', none_failed: 'failure', always: 'run' }],
  ['SK', { all_success: 'skip', all_done: 'run', one_success: 'run', one_failed: 'skip', none_failed: 'run', always: 'run' }],
  ['S.', { all_success: 'wait', all_done: 'wait', one_success: 'run', one_failed: 'wait', none_failed: 'wait', always: 'wait' }],
  ['FF', { all_success: 'failure', all_done: 'run', one_success: 'failure', one_failed: 'run', none_failed: 'failure', always: 'run' }],
  ['FK', { all_success: 'failure', all_done: 'run', one_success: 'failure', one_failed: 'run', none_failed: 'failure', always: 'run' }],
  ['F.', { all_success: 'failure', all_done: 'wait', one_success: 'wait', one_failed: 'run', none_failed: 'failure', always: 'wait' }],
  ['KK', { all_success: 'skip', all_done: 'run', one_success: 'skip', one_failed: 'skip', none_failed: 'run', always: 'run' }],
  // A failure may still come, and would be the stronger reason: it is not decided yet.
  ['K.', { all_success: 'wait', all_done: 'wait', one_success: 'wait', one_failed: 'wait', none_failed: 'wait', always: 'wait' }],
  ['SFK', { all_success: 'failure', all_done: 'run', one_success: 'run', one_failed: 'run', none_failed: 'failure', always: 'run' }],
  ['FK.', { all_success: 'failure', all_done: 'wait', one_success: 'wait', one_failed: 'run', none_failed: 'failure', always: 'wait' }],
]; // prettier-ignore
const VERDICTS: Readonly<Record<string, ParentVerdict>> = { S: 'success', F: 'failure', K: 'skip', '.': null };

describe.each(TRIGGER_RULES)('%s', (rule) => {
  it.each(TABLE)('over the parents %j', (parents, says) => {
    const verdicts = Array.from(parents, (letter) => VERDICTS[letter] ?? null);
    expect(judgeTrigger(rule, verdicts)).toBe(says[rule]);
    expect(judgeTrigger(rule, [...verdicts].reverse())).toBe(says[rule]);
  });
});

it.each<[NodeStanding, boolean, ParentVerdict]>([
  [{ state: 'succeeded', cause: null }, false, 'success'],
  [{ state: 'failed', cause: null }, false, 'failure'],
  [{ state: 'failed', cause: null }, true, 'success'],
  [{ state: 'cancelled', cause: null }, true, 'failure'],
  [{ state: 'skipped', cause: null }, false, 'skip'],
  [{ state: 'omitted', cause: 'failure' }, false, 'failure'],
  [{ state: 'omitted', cause: 'failure' }, true, 'failure'],
  [{ state: 'omitted', cause: 'skip' }, false, 'skip'],
  [{ state: 'pending', cause: null }, false, null],
  [{ state: 'queued', cause: null }, false, null],
  [{ state: 'running', cause: null }, true, null],
  [{ state: 'waiting', cause: null }, false, null],
])('%j (continues: %s) counts as %s', (standing, continues, verdict) => {
  expect(verdictOf(standing, continues)).toBe(verdict);
});

const GRAPHS = 500;
const ORDERS = 3;

it('500 random graphs end as a naive evaluator says, whatever the order in which their nodes end', () => {
  const seen = new Set<string>();
  for (let seed = 1; seed <= GRAPHS; seed += 1) {
    const random = createRandom(seed);
    const graph = randomGraph(random);
    const expected = evaluateGraph(graph);
    for (let order = 0; order < ORDERS; order += 1) {
      const ended = drive(graph, random);
      expect({ seed, ended }).toEqual({ seed, ended: expected });
    }
    for (const { state, cause } of expected) seen.add(`${state} ${String(cause)}`);
  }
  // Otherwise the graphs would prove little.
  expect([...seen].sort()).toEqual([
    'failed null',
    'omitted failure',
    'omitted skip',
    'skipped null',
    'succeeded null',
  ]);
});

/** Runs a graph by the plan, its nodes ending as they are to in an order of chance. */
function drive({ nodes, outcomes }: ReturnType<typeof randomGraph>, random: Random) {
  const standings: NodeStanding[] = nodes.map(() => ({ state: 'pending', cause: null }));
  const running: number[] = [];
  for (;;) {
    const { ready, settled } = planRun(nodes, standings, 'run');
    for (const { at, state, cause } of settled) standings[at] = { state, cause };
    // Not all at once: what is ready may be begun late.
    for (const at of ready.filter(() => running.length === 0 || random.integer(10) < 7)) {
      standings[at] = { state: 'running', cause: null };
      running.push(at);
    }
    if (running.length === 0) return standings;
    const [at] = running.splice(random.integer(running.length), 1) as [number];
    standings[at] = { state: outcomes[at] ?? 'succeeded', cause: null };
  }
}

it('of random graphs that are stopped only nodes marked always begin, and every node ends', () => {
  for (const mode of ['cancel', 'fail_fast'] as const) {
    for (let seed = 1; seed <= GRAPHS; seed += 1) {
      const random = createRandom(seed);
      const { nodes, outcomes } = randomGraph(random);
      const standings: NodeStanding[] = nodes.map(() => ({ state: 'pending', cause: null }));
      const stopAfter = random.integer(nodes.length);
      let ended = 0;
      for (;;) {
        const isStopped = ended >= stopAfter;
        const { ready, settled } = planRun(nodes, standings, isStopped ? mode : 'run');
        if (isStopped) for (const at of ready) expect(nodes[at]?.trigger).toBe('always');
        for (const { at, state, cause } of settled) standings[at] = { state, cause };
        const [next] = ready;
        if (next === undefined) break;
        standings[next] = { state: outcomes[next] ?? 'succeeded', cause: null };
        ended += 1;
      }
      expect({ mode, seed, open: standings.filter(({ state }) => !hasNodeEnded(state)) }).toEqual({
        mode,
        seed,
        open: [],
      });
      const always = standings.filter((_, at) => nodes[at]?.trigger === 'always');
      expect(always.every(({ state }) => ['succeeded', 'failed', 'skipped'].includes(state))).toBe(true);
      if (mode === 'cancel') expect(standings.some(({ state }) => state === 'omitted') && stopAfter === 0).toBe(false);
    }
  }
});

it('a branch falls away in one step, with the cause of it', () => {
  const node = (id: string, needs: number[]) => ({ id, needs, trigger: 'all_success', continues: false }) as const;
  const graph = [node('a', []), node('b', [0]), node('c', [1])];
  const pending = { state: 'pending', cause: null } as const;
  expect(planRun(graph, [{ state: 'failed', cause: null }, pending, pending], 'run').settled).toEqual([
    { at: 1, state: 'omitted', cause: 'failure' },
    { at: 2, state: 'omitted', cause: 'failure' },
  ]);
});

it('counts nodes so that they add up', () => {
  const states = ['succeeded', 'skipped', 'omitted', 'failed', 'cancelled', 'running', 'pending', 'waiting'] as const;
  const standings = states.map((state) => ({ state, cause: null }));
  expect(countNodes(standings)).toEqual({ total: 8, succeeded: 1, skipped: 2, failed: 1, remaining: 4 });
});

it.each([
  ['queued', null, false, 'running'],
  ['running', null, true, 'running'],
  ['paused', null, false, 'paused'],
  ['done', 'succeeded', false, 'succeeded'],
  ['done', 'with_failures', false, 'succeeded'],
  ['done', 'with_failures', true, 'failed'],
  ['cancelled', 'cancelled', true, 'cancelled'],
  ['failed', 'failed', false, 'failed'],
  ['rejected', 'rejected', false, 'failed'],
] as const)('a job that is %s (%s, failed nodes: %s) is a run that is %s', (state, outcome, hasFailed, status) => {
  expect(statusOfRun({ state, outcome }, hasFailed)).toBe(status);
});
