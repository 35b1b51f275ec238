import type { JsonObject, JsonValue } from '../domain/dag-action';
import { upstreamOf } from '../domain/dag-needs';
import {
  checkCondition,
  checkList,
  checkTemplates,
  type ExpressionCheck,
  type NodeReference,
} from '../expressions/expressions';
import type { Path } from './action-source';
import { type ActionOutline, type Finding, isObject, type NodeOutline, toKind, toObject, toText } from './dag-action-outline'; // prettier-ignore
import { NODE_SCHEMAS } from './dag-nodes';
import type { NodeSchema } from './dag-nodes/node-schema';
import { meant, show, wordIssues } from './issue-words';

/** Faults of what single nodes say: their `with`, their condition, and what their expressions look at. */
export function judgeNodes(outline: ActionOutline): readonly Finding[] {
  return outline.nodes.flatMap((node) => [...judgeNode(node, outline)]);
}

interface Judge {
  readonly schema: NodeSchema;
  readonly path: Path;
  readonly given: JsonObject;
  /** `item` and `index` are there. */
  readonly inLoop: boolean;
  readonly judgeExpression: (check: ExpressionCheck, path: Path) => Iterable<Finding>;
}

function* judgeNode(node: NodeOutline, outline: ActionOutline): Iterable<Finding> {
  const path = ['nodes', node.at];
  const upstream = node.id === null ? null : upstreamOf(outline.needs, node.id);
  const judgeExpression = function* ({ fault, references }: ExpressionCheck, at: Path): Iterable<Finding> {
    if (fault !== null) yield { path: at, what: 'value', ...fault };
    for (const reference of references) {
      const message = judgeReference(reference, node, outline, upstream);
      if (message !== null) yield { path: at, what: 'value', message, position: reference.position };
    }
  };
  if (node.if !== null && node.if !== '') yield* judgeExpression(checkCondition(node.if), [...path, 'if']);
  if (node.kind === null) return;
  const schema: NodeSchema = NODE_SCHEMAS[node.kind];
  const judge = { schema, path: [...path, 'with'], given: node.with, inLoop: false, judgeExpression };
  yield* judgeWith(judge);
  if (node.kind === 'for_each') yield* judgeLoop(judge, outline);
  if (node.kind === 'run_action') yield* judgeRunAction(node.with, judge.path, outline);
}

/** Whatever a node may look at goes before it, so that it has ended. */
function judgeReference(
  { id }: NodeReference,
  node: NodeOutline,
  { needs }: ActionOutline,
  upstream: ReadonlySet<string> | null,
): string | null {
  if (!needs.has(id)) return `looks at a node ${show(id)}, and there is none${meant(id, needs.keys())}`;
  if (id === node.id) return 'looks at the node itself';
  if (upstream === null || upstream.has(id)) return null;
  return `looks at the node ${show(id)}, which does not go before this one: name it in needs`;
}

function* judgeWith({ schema, path, given, inLoop, judgeExpression }: Judge): Iterable<Finding> {
  const expressions = new Set(schema.expressions ?? []);
  const templates: Path[] = [];
  for (const [field, value] of Object.entries(given)) {
    if (expressions.has(field)) {
      if (typeof value === 'string' && value !== '') yield* judgeExpression(checkList(value, inLoop), [...path, field]);
      continue;
    }
    if (schema.kind === 'for_each' && field === 'node') continue;
    for (const text of textsOf(value, [field])) {
      if (!text.text.includes('${{')) continue;
      templates.push(text.path);
      yield* judgeExpression(checkTemplates(text.text, inLoop), [...path, ...text.path]);
    }
  }
  const read = schema.with.safeParse(given);
  if (read.success) return;
  for (const issue of wordIssues(schema.with, given, read.error.issues)) {
    if (issue.what === 'value' && templates.some((template) => isWithin(issue.path, template))) continue;
    yield { ...issue, path: [...path, ...issue.path] };
  }
}

function isWithin(path: Path, other: Path): boolean {
  return other.every((step, at) => path[at] === step);
}

function* textsOf(value: JsonValue, path: Path): Iterable<{ readonly text: string; readonly path: Path }> {
  if (typeof value === 'string') yield { text: value, path };
  else if (Array.isArray(value)) {
    for (const [at, each] of (value as readonly JsonValue[]).entries()) yield* textsOf(each, [...path, at]);
  } else if (isObject(value)) {
    for (const [key, each] of Object.entries(value)) yield* textsOf(each, [...path, key]);
  }
}

/** What a loop does for each item, where it looks at `item` and `index`. */
function* judgeLoop({ path, given, judgeExpression }: Judge, outline: ActionOutline): Iterable<Finding> {
  const inner = given['node'];
  if (!isObject(inner)) return;
  const kind = toKind(inner['uses']);
  const at = [...path, 'node'];
  if (kind === null || !NODE_SCHEMAS[kind].loopable) {
    const uses = toText(inner['uses']);
    if (uses === null) return;
    const kinds = Object.values(NODE_SCHEMAS).filter(({ loopable }) => loopable).map((schema) => schema.kind); // prettier-ignore
    const message = `must be one of ${kinds.join(', ')}, not ${show(uses)}${kind === null ? meant(uses, kinds) : ''}`;
    yield { path: [...at, 'uses'], what: 'value', message };
    return;
  }
  const whatItTakes = toObject(inner['with']);
  const innerPath = [...at, 'with'];
  yield* judgeWith({ schema: NODE_SCHEMAS[kind], path: innerPath, given: whatItTakes, inLoop: true, judgeExpression });
  if (kind === 'run_action') yield* judgeRunAction(whatItTakes, innerPath, outline);
}

function* judgeRunAction(given: JsonObject, path: Path, { name }: ActionOutline): Iterable<Finding> {
  if (name === null || given['action'] !== name) return;
  yield { path: [...path, 'action'], what: 'value', message: 'is the action itself: it would never end' };
}
