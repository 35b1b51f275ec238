import { Environment } from '@marcbachmann/cel-js';
import { ExpressionError } from './expression-error';
import { pay } from './cel-prices';
import { EXPRESSION_LIMITS } from './limits';
import type { Meter } from './meter';

/** A part of an expression and its surroundings, as the library hands them to its evaluator. */
interface Part {
  readonly op: string;
  readonly args: unknown;
  evaluate(evaluator: Evaluator, part: Part, context: unknown): unknown;
}

interface Evaluator {
  run(part: Part, context: unknown): unknown;
}

/** Steps that an error is worth: it is told with the place where it arose, and some operators go on after it. */
const ERROR_STEPS = 500;

const MIXED: Readonly<Record<string, (left: number | bigint, right: number | bigint) => number>> = {
  '+': (left, right) => Number(left) + Number(right),
  '-': (left, right) => Number(left) - Number(right),
  '*': (left, right) => Number(left) * Number(right),
  '/': (left, right) => Number(left) / Number(right),
};

let metered: Meter | null = null;

/** Works out with `meter` paying for each step. Expressions are worked out in one go, so one at a time. */
export function withMeter<Result>(meter: Meter, work: () => Result): Result {
  metered = meter;
  try {
    return work();
  } finally {
    metered = null;
  }
}

export const ROOTS = ['asset', 'inputs', 'nodes'] as const;
export const LOOP_ROOTS = [...ROOTS, 'item', 'index'] as const;

function createEnvironment(inLoop: boolean): Environment {
  const made = new Environment({
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: EXPRESSION_LIMITS.parts, maxDepth: EXPRESSION_LIMITS.depth },
  });
  for (const name of ROOTS) made.registerVariable(name, 'map<string, dyn>');
  if (inLoop) made.registerVariable('item', 'dyn').registerVariable('index', 'int');
  // JSON writes 12.0 as 12: whether a field is an int or a double is chance, and must not decide whether it can be added.
  for (const [operator, apply] of Object.entries(MIXED)) {
    made.registerOperator(`int ${operator} double`, apply).registerOperator(`double ${operator} int`, apply);
  }
  meterEvaluator(made);
  return made;
}

/** The library bounds what is written, not what is done: each step goes through `run` of its evaluator. */
function meterEvaluator(made: Environment): void {
  const evaluator = findEvaluator(made);
  let lastError: unknown = null;
  evaluator.run = (part, context) => {
    metered?.spendWork(1);
    try {
      const value = part.evaluate(evaluator, part, context);
      if (metered !== null) pay(part, value, metered);
      return value;
    } catch (error) {
      if (error !== lastError && !(error instanceof ExpressionError)) metered?.spendWork(ERROR_STEPS);
      lastError = error;
      if (isAbsence(part, error)) return false;
      throw error;
    }
  };
}

/** `has(a.b.c)` is false, too, when there is no `a.b`. */
export function isAbsence({ op, args }: Pick<Part, 'op' | 'args'>, error: unknown): boolean {
  const isHas = op === 'call' && (args as readonly unknown[])[0] === 'has';
  return isHas && (error as { readonly code?: unknown }).code === 'no_such_key';
}

function findEvaluator(made: Environment): Evaluator {
  const probe = made.parse('true');
  const found: Evaluator[] = [];
  const ast = probe.ast as unknown as { evaluate: (evaluator: Evaluator) => unknown };
  ast.evaluate = (evaluator) => found.push(evaluator);
  probe();
  const [evaluator] = found;
  if (typeof evaluator?.run !== 'function') throw new Error('the evaluator of @marcbachmann/cel-js cannot be metered');
  return evaluator;
}

/** Outside and inside of a loop of the graph. */
export const environment = createEnvironment(false);
export const loopEnvironment = createEnvironment(true);
