import { jsonSchemaTransform } from 'fastify-type-provider-zod';

type Transform = typeof jsonSchemaTransform;

/** What the OpenAPI document shows of a route. The generator alone knows bodies of one content type only. */
export const transformRoute: Transform = (document) => {
  const body = document.schema.body as { readonly content?: Readonly<Record<string, { schema: unknown }>> } | undefined;
  if (body?.content === undefined) return jsonSchemaTransform(document);
  const transformed = jsonSchemaTransform({ ...document, schema: { ...document.schema, body: undefined } });
  const content = Object.entries(body.content).map(([type, { schema }]) => {
    const alone = jsonSchemaTransform({ ...document, schema: { body: schema } });
    return [type, { schema: alone.schema.body }] as const;
  });
  return { ...transformed, schema: { ...transformed.schema, body: { content: Object.fromEntries(content) } } };
};
