import type { DagInput, DagInputType, JsonObject } from '../../../domain/dag-action';
import type { FormField } from '../../../domain/approval-form';

/** Names of the fields of inputs, in what the browser sends. */
export const INPUT_FIELD = 'input-';

const ONE_LINE = 60;

/** What stands in the field of an input at first: its default. */
export function toFieldText({ type, default: fallback }: DagInput): string {
  if (fallback === undefined) return '';
  if (typeof fallback === 'string' && type === 'string') return fallback;
  const line = JSON.stringify(fallback);
  return line.length <= ONE_LINE ? line : JSON.stringify(fallback, null, 2);
}

export type FieldReading = { readonly value: unknown } | { readonly fault: string } | null;

/**
 * What somebody wrote in a field, by its type; null when it was left empty. What is no number is handed on as the text
 * that it is, so that whoever checks the values refuses it in words of their own.
 */
export function readField(type: DagInputType | FormField['type'], text: string): FieldReading {
  switch (type) {
    case 'string':
      return text === '' ? null : { value: text };
    case 'boolean':
      return text === '' ? null : { value: text === 'true' ? true : text === 'false' ? false : text };
    case 'integer':
    case 'number':
      if (text.trim() === '') return null;
      return { value: Number.isFinite(Number(text)) ? Number(text) : text };
    case 'list':
    case 'object':
      if (text.trim() === '') return null;
      try {
        return { value: JSON.parse(text) as unknown };
      } catch {
        return { fault: 'must be JSON' };
      }
  }
}

export interface FieldsReading {
  readonly values: JsonObject;
  readonly faults: Readonly<Record<string, string>>;
}

/** What a form sent for the fields of these names and types; their names in it have a prefix. */
export function readFields(
  types: Readonly<Record<string, DagInputType | FormField['type']>>,
  prefix: string,
  form: Readonly<Record<string, string>>,
): FieldsReading {
  const values: [string, unknown][] = [];
  const faults: [string, string][] = [];
  for (const [name, type] of Object.entries(types)) {
    const reading = readField(type, form[prefix + name] ?? '');
    if (reading === null) continue;
    if ('fault' in reading) faults.push([name, reading.fault]);
    else values.push([name, reading.value]);
  }
  return { values: Object.fromEntries(values) as JsonObject, faults: Object.fromEntries(faults) };
}
