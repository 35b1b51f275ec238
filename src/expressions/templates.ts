import type { JsonValue } from '../domain/dag-action';
import { type ExpressionScope, readProgram, runProgram } from './cel-program';
import { fromCel } from './cel-values';
import { ExpressionError } from './expression-error';
import { EXPRESSION_LIMITS } from './limits';
import type { Meter } from './meter';
import { hasTemplate, splitTemplates, type TextPart } from './template-text';

/** Fills in the templates of all texts of a value; keys are left alone. @throws ExpressionError */
export function fillValue(value: JsonValue, scope: ExpressionScope, meter: Meter, depth = 0): JsonValue {
  if (typeof value === 'string') return hasTemplate(value) ? fillText(value, scope, meter) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (depth > EXPRESSION_LIMITS.valueDepth) throw new ExpressionError('is nested too deep');
  if (Array.isArray(value)) return value.map((each: JsonValue) => fillValue(each, scope, meter, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, fillValue(each, scope, meter, depth + 1)]),
  );
}

function fillText(text: string, scope: ExpressionScope, meter: Meter): JsonValue {
  const parts = splitTemplates(text);
  const [only] = parts;
  if (parts.length === 1 && only?.kind === 'expression') return evaluate(only, scope, meter);
  return parts.map((part) => (part.kind === 'text' ? part.text : toText(evaluate(part, scope, meter)))).join('');
}

function evaluate(
  { expression, position }: Extract<TextPart, { kind: 'expression' }>,
  scope: ExpressionScope,
  meter: Meter,
): JsonValue {
  try {
    const inLoop = scope.item !== undefined;
    return fromCel(runProgram(readProgram(expression, inLoop), scope, meter), meter);
  } catch (error) {
    throw error instanceof ExpressionError ? moved(error, position) : error;
  }
}

/** The error with its place in the whole text. */
export function moved(error: ExpressionError, by: number): ExpressionError {
  return new ExpressionError(error.message, (error.position ?? 0) + by, { cause: error });
}

/** A value inside of a text: null is nothing, lists and objects are JSON. */
function toText(value: JsonValue): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
