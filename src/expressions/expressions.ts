import type { JsonValue } from '../domain/dag-action';
import { type ExpressionScope, readProgram, runProgram, typeOf } from './cel-program';
import type { NodeReference } from './cel-shape';
import { fromCel } from './cel-values';
import { ExpressionError } from './expression-error';
import { EXPRESSION_LIMITS } from './limits';
import { Meter } from './meter';
import { hasTemplate, splitTemplates } from './template-text';
import { fillValue, moved } from './templates';

export type { ExpressionScope } from './cel-program';
export type { NodeReference } from './cel-shape';
export { ExpressionError } from './expression-error';

/** @throws ExpressionError unless the expression gives true or false */
export function evaluateCondition(expression: string, scope: ExpressionScope): boolean {
  const value = evaluate(expression, scope, new Meter());
  if (typeof value !== 'boolean') throw new ExpressionError('must give true or false');
  return value;
}

/** @throws ExpressionError unless the expression gives a list */
export function evaluateList(expression: string, scope: ExpressionScope): readonly JsonValue[] {
  const meter = new Meter(EXPRESSION_LIMITS.listResult);
  const value = fromCel(evaluate(expression, scope, meter), meter);
  if (!Array.isArray(value)) throw new ExpressionError('must give a list');
  return value as readonly JsonValue[];
}

function evaluate(expression: string, scope: ExpressionScope, meter: Meter): unknown {
  return runProgram(readProgram(expression, scope.item !== undefined), scope, meter);
}

/**
 * Fills in `${{ … }}` wherever it stands in the texts of a value. A text that is one template and nothing else becomes what
 * the template gives, with its type; in a longer text null is nothing, and lists and objects are JSON.
 *
 * @throws ExpressionError
 */
export function fillTemplates(value: JsonValue, scope: ExpressionScope): JsonValue {
  return fillValue(value, scope, new Meter());
}

/** What can be told of an expression without values. Positions are characters of its text, from 0. */
export interface ExpressionCheck {
  readonly fault: { readonly message: string; readonly position: number | null } | null;
  /** The nodes that it looks at, as far as it could be read. */
  readonly references: readonly NodeReference[];
}

/** Of a condition. `inLoop`: with `item` and `index`. */
export function checkCondition(text: string, inLoop = false): ExpressionCheck {
  return check(text, inLoop, (type) => (type === 'bool' ? null : 'must give true or false'));
}

/** Of an expression that is to give a list. */
export function checkList(text: string, inLoop = false): ExpressionCheck {
  return check(text, inLoop, (type) => (/^list\b/.test(type) ? null : 'must give a list'));
}

/** Of a text with templates; of one without any there is nothing to tell. */
export function checkTemplates(text: string, inLoop = false): ExpressionCheck {
  if (!hasTemplate(text)) return { fault: null, references: [] };
  const references: NodeReference[] = [];
  try {
    for (const part of splitTemplates(text)) {
      if (part.kind === 'text') continue;
      const { fault, references: found } = check(part.expression, inLoop, () => null);
      references.push(...found.map(({ id, position }) => ({ id, position: position + part.position })));
      if (fault !== null) throw moved(new ExpressionError(fault.message, fault.position), part.position);
    }
    return { fault: null, references };
  } catch (error) {
    return { fault: toFault(error), references };
  }
}

function check(text: string, inLoop: boolean, judge: (type: string) => string | null): ExpressionCheck {
  try {
    const program = readProgram(text, inLoop);
    const { references } = program;
    try {
      const type = typeOf(program);
      const message = type === 'dyn' ? null : judge(type);
      return { fault: message === null ? null : { message: `${message}, not ${type}`, position: 0 }, references };
    } catch (error) {
      return { fault: toFault(error), references };
    }
  } catch (error) {
    return { fault: toFault(error), references: [] };
  }
}

function toFault(error: unknown): NonNullable<ExpressionCheck['fault']> {
  if (!(error instanceof ExpressionError)) throw error;
  return { message: error.message, position: error.position };
}
