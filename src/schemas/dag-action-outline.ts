import { type JsonObject, type JsonValue, NODE_KINDS, type NodeKind } from '../domain/dag-action';
import type { Needs } from '../domain/dag-needs';
import type { WordedIssue } from './issue-words';

/** A fault of the declaration. `position`: a character of the text at the path, when it is an expression. */
export interface Finding extends WordedIssue {
  readonly position?: number | null;
}

/** What can be told of a node that may have faults elsewhere. */
export interface NodeOutline {
  /** Its place in the list. */
  readonly at: number;
  readonly id: string | null;
  readonly kind: NodeKind | null;
  readonly needs: readonly { readonly id: string; readonly at: number }[];
  readonly trigger: string | null;
  readonly if: string | null;
  readonly with: JsonObject;
}

/** The declaration as far as it can be read: faults in one place are not to hide those in another. */
export interface ActionOutline {
  readonly name: string | null;
  readonly inputs: JsonObject;
  readonly nodes: readonly NodeOutline[];
  /** By id; of those that share one, the first. */
  readonly needs: Needs;
}

export function outlineOf(value: JsonValue): ActionOutline {
  const file = toObject(value);
  const nodes = toList(file['nodes']).flatMap((each, at) => (isObject(each) ? [toNode(each, at)] : []));
  const needs = new Map<string, readonly string[]>();
  for (const { id, needs: needed } of nodes) {
    if (id !== null && !needs.has(id)) needs.set(id, needed.map((need) => need.id)); // prettier-ignore
  }
  return { name: toText(file['name']), inputs: toObject(file['inputs']), nodes, needs };
}

function toNode(node: JsonObject, at: number): NodeOutline {
  return {
    at,
    id: toText(node['id']),
    kind: toKind(node['uses']),
    needs: toList(node['needs']).flatMap((id, place) => (typeof id === 'string' ? [{ id, at: place }] : [])),
    trigger: toText(node['trigger']),
    if: toText(node['if']),
    with: toObject(node['with']),
  };
}

export function toKind(value: JsonValue | undefined): NodeKind | null {
  return NODE_KINDS.find((kind) => kind === value) ?? null;
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function toObject(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function toList(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

export function toText(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
