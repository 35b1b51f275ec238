import { join } from 'node:path';
import type { OpenAPI3 } from 'openapi-typescript';
import openapiTypescript, { astToString } from 'openapi-typescript';
import { readOpenApiDocument } from './openapi-document';

/** The generated part of the client, committed so that it can be read and used without generating it. */
export const CLIENT_TYPES_FILE = join(__dirname, '..', 'clients', 'typescript', 'src', 'generated', 'api.ts');

const HEADER = '// Made from the OpenAPI document of the façade by `npm run client:generate`. Do not edit.\n\n';

/** The types of every path, parameter and answer, as text: the same for the same routes. */
export async function generateClientTypes(): Promise<string> {
  const document = await readOpenApiDocument();
  const nodes = await openapiTypescript(document as unknown as OpenAPI3, {
    alphabetize: true,
    // A field with a default may be left out of what is sent.
    defaultNonNullable: false,
  });
  return HEADER + astToString(nodes);
}
