import type { ASTNode, ParseResult } from '@marcbachmann/cel-js';
import type { JsonValue } from '../domain/dag-action';
import { environment, isAbsence, LOOP_ROOTS, loopEnvironment, ROOTS, withMeter } from './cel-environment';
import { type NodeReference, readShape } from './cel-shape';
import { type CelValue, toCel } from './cel-values';
import { ExpressionError } from './expression-error';
import { EXPRESSION_LIMITS } from './limits';
import type { Meter } from './meter';

/** What expressions may look at. `item` and `index` are there in a loop only. It is not changed while it is in use. */
export interface ExpressionScope {
  readonly asset: Readonly<Record<string, JsonValue>>;
  readonly inputs: Readonly<Record<string, JsonValue>>;
  /** `output` null: the node gave none. */
  readonly nodes: Readonly<Record<string, { readonly state: string; readonly output: JsonValue }>>;
  readonly item?: JsonValue;
  readonly index?: number;
}

/** An expression that was read. */
export interface Program {
  readonly text: string;
  /** The nodes that it looks at, in order. */
  readonly references: readonly NodeReference[];
  readonly parsed: ParseResult;
}

/** @throws ExpressionError for what cannot be read, with the position */
export function readProgram(text: string, inLoop: boolean): Program {
  if (text.length > EXPRESSION_LIMITS.characters) {
    throw new ExpressionError(`must have at most ${String(EXPRESSION_LIMITS.characters)} characters`);
  }
  try {
    const parsed = (inLoop ? loopEnvironment : environment).parse(text);
    return { text, parsed, references: readShape(parsed.ast, inLoop ? LOOP_ROOTS : ROOTS) };
  } catch (error) {
    throw toExpressionError(error);
  }
}

/** The kind of what an expression gives, as far as it can be told without values: `bool`, `list`, … or `dyn`. */
export function typeOf({ parsed }: Program): string {
  let result;
  try {
    result = parsed.check();
  } catch (error) {
    throw toExpressionError(error);
  }
  if (!result.valid) throw toExpressionError(result.error);
  return result.type ?? 'dyn';
}

/** @throws ExpressionError */
export function runProgram({ parsed, references }: Program, scope: ExpressionScope, meter: Meter): unknown {
  try {
    const context = toContext(scope, references, meter);
    const value = withMeter(meter, () => runOrAbsent(parsed, context));
    meter.assertWithinWork();
    return value;
  } catch (error) {
    meter.assertWithinWork();
    throw toExpressionError(error);
  }
}

function runOrAbsent(parsed: ParseResult, context: Readonly<Record<string, unknown>>): unknown {
  try {
    return parsed(context);
  } catch (error) {
    if (isAbsence(parsed.ast, error)) return false;
    throw error;
  }
}

/** Only the nodes that are looked at are taken over: a run may have hundreds of outputs. */
function toContext(scope: ExpressionScope, references: readonly NodeReference[], meter: Meter) {
  const nodes = new Map<string, CelValue>();
  for (const { id, position } of references) {
    const node = Object.hasOwn(scope.nodes, id) ? scope.nodes[id] : undefined;
    if (node === undefined) throw new ExpressionError(`there is no node ${JSON.stringify(id)}`, position);
    const output: readonly [string, CelValue][] = node.output === null ? [] : [['output', toCel(node.output, meter)]];
    nodes.set(id, new Map<string, CelValue>([['state', node.state], ...output]));
  }
  return {
    asset: toCel(scope.asset, meter),
    inputs: toCel(scope.inputs, meter),
    nodes,
    ...(scope.item === undefined ? {} : { item: toCel(scope.item, meter) }),
    ...(scope.index === undefined ? {} : { index: BigInt(scope.index) }),
  };
}

const MAX_MESSAGE = 300;

/** What the library throws, in our words: its own messages come with a drawing of the place. */
function toExpressionError(error: unknown): ExpressionError {
  if (error instanceof ExpressionError) return error;
  if (error instanceof RangeError)
    return new ExpressionError('is nested too deep, or too large', null, { cause: error });
  if (!isLibraryError(error)) throw error;
  const position = error.range?.start ?? null;
  return new ExpressionError(toMessage(error).slice(0, MAX_MESSAGE), position, { cause: error });
}

interface LibraryError extends Error {
  readonly summary: string;
  readonly range?: { readonly start: number } | undefined;
  readonly node?: { readonly op?: unknown; readonly args?: unknown } | undefined;
}

function isLibraryError(error: unknown): error is LibraryError {
  return error instanceof Error && typeof (error as Partial<LibraryError>).summary === 'string';
}

const ABSENT = /^No such key: (.*)$/s;

function toMessage({ summary, node }: LibraryError): string {
  const absent = ABSENT.exec(summary)?.[1];
  if (absent === undefined) return summary;
  const id = absent === 'output' ? nodeIdOf(node?.args) : null;
  return id === null ? `there is no ${JSON.stringify(absent)}` : `node ${JSON.stringify(id)} has given no output`;
}

/** Of `nodes.<id>.output`, by the parts of its last access. */
function nodeIdOf(args: unknown): string | null {
  const of = Array.isArray(args) ? (args[0] as ASTNode | undefined) : undefined;
  if (of?.op !== '.') return null;
  const [nodes, id] = of.args;
  return nodes.op === 'id' && nodes.args === 'nodes' ? id : null;
}
