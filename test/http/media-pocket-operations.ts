import type { MediaPocketApp } from './media-pocket-app';

/** An operation of the Media Pocket API as /openapi.json promises it. */
export interface Operation {
  /** `GET /api/v2/assets/{asset_id}` */
  readonly route: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Names of the parts of the path. */
  readonly parts: readonly string[];
  /** Members of the body; none where no body is read. */
  readonly members: readonly string[];
  readonly required: readonly string[];
  /** Its path with these parts. */
  pathWith(parts: Readonly<Record<string, string>>): string;
}

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}

interface Document {
  readonly paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema: Schema }> } }>>;
  readonly components: { readonly schemas: Record<string, Schema> };
}

/** Every operation of the dialect. */
export async function readOperations({ app }: MediaPocketApp): Promise<readonly Operation[]> {
  const document = (await app.inject('/openapi.json')).json<Document>();
  return Object.entries(document.paths)
    .filter(([path]) => path.startsWith('/api/v2/'))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { requestBody }]) => {
        const sent = requestBody?.content['application/json']?.schema;
        const name = sent?.$ref?.split('/').at(-1);
        return toOperation(method.toUpperCase(), path, name === undefined ? sent : document.components.schemas[name]);
      }),
    );
}

function toOperation(method: string, path: string, body: Schema | undefined): Operation {
  return {
    route: `${method} ${path}`,
    method: method as Operation['method'],
    parts: [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name),
    members: Object.keys(body?.properties ?? {}),
    required: body?.required ?? [],
    pathWith: (parts) =>
      path.replace(/\{(\w+)\}/g, (_all, name: string) => {
        const part = parts[name];
        if (part === undefined) throw new Error(`nothing is known to put for {${name}} of ${path}`);
        return part;
      }),
  };
}
