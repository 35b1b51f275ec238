import { ExpressionError } from './expression-error';
import { lengthOf, weightOf } from './cel-values';
import { EXPRESSION_LIMITS } from './limits';
import type { Meter } from './meter';

/** What the use of a value costs beside the step that gives it: nothing, its length, or all that lies in it. */
export type Measure = 'length' | 'weight' | 'needle';

interface Price {
  readonly steps: number;
  readonly measure: Measure | null;
}

const prices = new WeakMap<object, Price>();

/** Says of a part of an expression what it costs, apart from the one step that every part costs. */
export function setPrice(part: object, { steps = 0, measure = null }: Partial<Price>): void {
  const known = prices.get(part);
  prices.set(part, { steps: steps + (known?.steps ?? 0), measure: measure ?? known?.measure ?? null });
}

/** Has the meter pay for what a part has given. @throws ExpressionError */
export function pay(part: object, value: unknown, meter: Meter): void {
  const price = prices.get(part);
  if (price === undefined) return;
  meter.spendWork(price.steps + costOf(price.measure, value));
}

function costOf(measure: Measure | null, value: unknown): number {
  switch (measure) {
    case null:
      return 0;
    case 'length':
      return lengthOf(value);
    case 'weight':
      return weightOf(value);
    case 'needle':
      if (typeof value !== 'string' || value.length <= EXPRESSION_LIMITS.needle) return 1;
      throw new ExpressionError(
        `searches for a text of more than ${String(EXPRESSION_LIMITS.needle)} characters, which takes too much work`,
      );
  }
}
