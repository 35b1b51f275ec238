import { faultOfText } from './clean-text';
import type { JsonObject, JsonValue } from './dag-action';

export type FormFieldType = 'string' | 'integer' | 'number' | 'boolean';

/** A field of the form that an approval asks for. */
export interface FormField {
  readonly type: FormFieldType;
  readonly label?: string | undefined;
  readonly required: boolean;
  /** Of a text: what may be chosen. */
  readonly options?: readonly string[] | undefined;
}

export type ApprovalForm = Readonly<Record<string, FormField>>;

/** What becomes of an approval that nobody answers in time. */
export const TIMEOUT_RULES = ['fail', 'approve', 'skip'] as const;
export type TimeoutRule = (typeof TIMEOUT_RULES)[number];

/** What a node that waits for an approval keeps on its row. */
export interface ApprovalWait {
  readonly message: string;
  readonly form: ApprovalForm;
  readonly onTimeout: TimeoutRule;
  /** RFC 3339; null when it waits as long as it takes. */
  readonly deadline: string | null;
}

const MARK = 'approval';

export function toStoredWait(wait: ApprovalWait): JsonObject {
  return JSON.parse(JSON.stringify({ for: MARK, ...wait })) as JsonObject;
}

/** What a node waits for, as {@link toStoredWait} wrote it; null for a node that waits for anything else. */
export function readApprovalWait(waiting: JsonObject | null): ApprovalWait | null {
  return waiting?.['for'] === MARK ? (waiting as unknown as ApprovalWait) : null;
}

export interface FormFault {
  /** The name of the field. */
  readonly field: string;
  readonly message: string;
}

export type FormReading =
  | { readonly kind: 'fine'; readonly values: JsonObject }
  | { readonly kind: 'invalid'; readonly faults: readonly FormFault[] };

const MAX_TEXT = 10_000;
const MAX_FAULTS = 50;

/**
 * Values as the form asks for them; null counts as not given. `complete`: what is required must be there, as it need not
 * be for a rejection.
 */
export function readFormValues(
  form: ApprovalForm,
  given: Readonly<Record<string, unknown>>,
  { complete }: { readonly complete: boolean },
): FormReading {
  const faults: FormFault[] = [];
  const values: [string, JsonValue][] = [];
  for (const field of Object.keys(given)) {
    if (!Object.hasOwn(form, field)) faults.push({ field: field.slice(0, 100), message: 'is not a field of the form' });
  }
  for (const [field, asked] of Object.entries(form)) {
    const value: unknown = Object.hasOwn(given, field) ? given[field] : undefined;
    const fault = findFault(asked, value, complete);
    if (fault !== null) faults.push({ field, message: fault });
    else if (value !== undefined && value !== null) values.push([field, value as JsonValue]);
  }
  return faults.length > 0
    ? { kind: 'invalid', faults: faults.slice(0, MAX_FAULTS) }
    : { kind: 'fine', values: Object.fromEntries(values) };
}

function findFault({ type, required, options }: FormField, value: unknown, complete: boolean): string | null {
  if (value === undefined || value === null) return required && complete ? 'is required' : null;
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean' ? null : 'must be true or false';
    case 'integer':
      return Number.isSafeInteger(value) ? null : 'must be a whole number';
    case 'number':
      return Number.isFinite(value) ? null : 'must be a number';
    case 'string':
      return faultOfAnswer(value, options, required && complete);
  }
}

function faultOfAnswer(value: unknown, options: readonly string[] | undefined, required: boolean): string | null {
  if (typeof value !== 'string') return 'must be a text';
  if (value.length > MAX_TEXT) return `must have ${String(MAX_TEXT)} characters at most`;
  if (required && value.trim() === '') return 'is required';
  if (options !== undefined && !options.includes(value)) return `must be one of ${options.join(', ')}`;
  return faultOfText(value);
}
