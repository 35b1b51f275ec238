import { z } from 'zod';
import type { NodeKind } from '../domain/dag-action';
import { actionFile } from './dag-action-file';
import { NODE_SCHEMAS } from './dag-nodes';

type Schema = Record<string, unknown>;

const TEMPLATE = {
  type: 'string',
  pattern: '\\$\\{\\{[\\s\\S]*\\}\\}',
  description: 'A template: ${{ an expression }}',
};

/** The JSON Schema (2020-12) of the file of an action, for editors and for whoever writes actions by program. */
export function dagActionJsonSchema(): Schema {
  const file = toJsonSchema(actionFile);
  const node = ((file['properties'] as Schema)['nodes'] as { items: Schema }).items;
  const kinds = Object.keys(NODE_SCHEMAS) as NodeKind[];
  (node['properties'] as Schema)['uses'] = {
    description: 'What it does',
    oneOf: kinds.map((kind) => ({ const: kind, description: NODE_SCHEMAS[kind].description })),
  };
  node['allOf'] = kinds.map((kind) => ({
    if: { properties: { uses: { const: kind } }, required: ['uses'] },
    then: whatFollows(kind),
  }));
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'An action of Longhaul', ...file };
}

/** `with` may be left out when nothing in it is required. */
function whatFollows(kind: NodeKind): Schema {
  const taken = withSchema(kind);
  const isRequired = Array.isArray(taken['required']) && taken['required'].length > 0;
  return { properties: { with: taken }, ...(isRequired ? { required: ['with'] } : {}) };
}

function withSchema(kind: NodeKind): Schema {
  const { with: schema, expressions = [] }: { with: z.ZodType; expressions?: readonly string[] } = NODE_SCHEMAS[kind];
  const taken = toJsonSchema(schema);
  if (kind !== 'for_each') return withTemplates(taken, new Set(expressions)) as Schema;
  const { properties: fields } = (taken['properties'] as Schema)['node'] as { properties: Schema };
  fields['uses'] = { enum: Object.values(NODE_SCHEMAS).flatMap((each) => (each.loopable ? [each.kind] : [])) };
  return withTemplates(taken, new Set([...expressions, 'node'])) as Schema;
}

function toJsonSchema(schema: z.ZodType): Schema {
  const { $schema: _schema, $defs: _defs, ...rest } = z.toJSONSchema(schema, TARGET) as Schema;
  return withoutReferences(rest) as Schema;
}

const TARGET = { target: 'draft-2020-12', io: 'input', reused: 'inline' } as const;

/** The only thing that is told by reference is "any JSON", which an empty schema says as well and in any place. */
function withoutReferences(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutReferences);
  if (!isSchema(schema)) return schema;
  const entries = Object.entries(schema).filter(([key]) => key !== '$ref');
  return Object.fromEntries(entries.map(([key, each]) => [key, withoutReferences(each)]));
}

/** Every value in it may be a template instead; texts that are bound to a form would not allow one. */
function withTemplates(schema: unknown, except: ReadonlySet<string> = new Set()): unknown {
  if (!isSchema(schema)) return schema;
  const inner: Schema = { ...schema };
  if (isSchema(schema['properties'])) {
    inner['properties'] = Object.fromEntries(
      Object.entries(schema['properties']).map(([key, each]) => [key, except.has(key) ? each : orTemplate(each)]),
    );
  }
  for (const place of ['items', 'additionalProperties']) {
    if (isSchema(schema[place])) inner[place] = orTemplate(schema[place]);
  }
  return inner;
}

function orTemplate(schema: unknown): unknown {
  const inner = withTemplates(schema);
  if (!isSchema(inner) || takesAnyText(inner)) return inner;
  const { description, default: fallback, ...rest } = inner;
  return {
    ...(description === undefined ? {} : { description }),
    ...(fallback === undefined ? {} : { default: fallback }),
    anyOf: [rest, TEMPLATE],
  };
}

/** So that a template is a text like any other. A schema without a type takes anything. */
function takesAnyText(schema: Schema): boolean {
  const isFree = !('enum' in schema) && !('pattern' in schema) && !('format' in schema);
  return isFree && (schema['type'] === 'string' || !('type' in schema || 'anyOf' in schema));
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
