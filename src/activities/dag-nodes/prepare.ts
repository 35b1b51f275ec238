import type { JsonObject, JsonValue, NodeKind } from '../../domain/dag-action';
import { needsOf } from '../../domain/dag-mentions';
import { ExpressionError, type ExpressionScope, fillTemplates } from '../../expressions/expressions';
import { formatPath } from '../../domain/selection-invalid';
import { NODE_SCHEMAS } from '../../schemas/dag-nodes';
import type { NodeSchema } from '../../schemas/dag-nodes/node-schema';
import type { Database } from '../../store/database';
import { readAssetScope, readNodesScope } from '../../store/dag-scope';

/** The run whose expressions are to be worked out. */
export interface ScopedRun {
  readonly runId: string;
  readonly asset: { readonly id: string };
  readonly inputs: JsonObject;
}

/** What expressions may look at now; only that is read which the text of `wanted` (conditions, `with`) mentions. */
export async function readScope(db: Database, run: ScopedRun, wanted: readonly JsonValue[]): Promise<ExpressionScope> {
  const needs = needsOf(wanted.map((each) => (typeof each === 'string' ? each : toText(each))));
  return {
    asset: needs.asset ? await readAssetScope(db, run.asset.id) : {},
    inputs: run.inputs,
    nodes: needs.nodes.length > 0 ? await readNodesScope(db, run.runId, needs.nodes) : {},
  };
}

/** Texts as they were written: JSON would escape the quotes in them. */
function toText(value: JsonValue): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  return Object.values(value as JsonObject)
    .map(toText)
    .join('\n');
}

export type Prepared =
  | { readonly kind: 'ready'; readonly with: unknown }
  | { readonly kind: 'failed'; readonly code: 'bad_with' | 'bad_expression'; readonly message: string };

/**
 * `with` of a node as its handler takes it: templates filled in, then read by the schema of the kind. What is an
 * expression, and what a loop does for each item, is left as it was written.
 */
export function prepareWith(kind: NodeKind, raw: JsonObject, scope: ExpressionScope): Prepared {
  const schema: NodeSchema = NODE_SCHEMAS[kind];
  const asWritten = new Set([...(schema.expressions ?? []), ...(kind === 'for_each' ? ['node'] : [])]);
  let filled: JsonObject;
  try {
    filled = Object.fromEntries(
      Object.entries(raw).map(([key, value]) => [key, asWritten.has(key) ? value : fillTemplates(value, scope)]),
    );
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { kind: 'failed', code: 'bad_expression', message: error.message };
  }
  const read = schema.with.safeParse(filled);
  if (read.success) return { kind: 'ready', with: read.data };
  const faults = read.error.issues.map(({ path, message }) => {
    const place = formatPath(['with', ...path.filter((part) => typeof part !== 'symbol')]);
    return `${place}: ${message}`;
  });
  return { kind: 'failed', code: 'bad_with', message: faults.join('; ') };
}
