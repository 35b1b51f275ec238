import type { OpenAPIV3_1 } from 'openapi-types';

const REFERENCE = /"#\/components\/schemas\/([^"]+)"/g;

/** The document without the component schemas to which nothing points: the generator makes two of each. */
export function withoutUnusedSchemas(document: OpenAPIV3_1.Document): OpenAPIV3_1.Document {
  const schemas = document.components?.schemas ?? {};
  const used = new Set<string>();
  const pending: unknown[] = [document.paths];
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    for (const [, name] of JSON.stringify(part).matchAll(REFERENCE)) {
      if (name === undefined || used.has(name)) continue;
      used.add(name);
      if (schemas[name] !== undefined) pending.push(schemas[name]);
    }
  }
  const kept = Object.entries(schemas).filter(([name]) => used.has(name));
  return { ...document, components: { ...document.components, schemas: Object.fromEntries(kept) } };
}
