import type { DagDefinition, DagInputType, JsonObject, JsonValue } from './dag-action';

/** What is wrong with the inputs of a run. `value` undefined: it is required and missing. */
export interface InputFault {
  /** The name of the input. */
  readonly input: string;
  readonly value: unknown;
  /** For people, as a rule: `must be a whole number`. */
  readonly message: string;
}

export type InputReading =
  | { readonly kind: 'fine'; readonly inputs: JsonObject }
  | { readonly kind: 'invalid'; readonly faults: readonly InputFault[] };

const RULES: Readonly<Record<DagInputType, { readonly rule: string; readonly holds: (value: unknown) => boolean }>> = {
  string: { rule: 'must be a String', holds: (value) => typeof value === 'string' },
  integer: { rule: 'must be an Integer', holds: (value) => Number.isSafeInteger(value) },
  number: { rule: 'must be a Number', holds: (value) => Number.isFinite(value) },
  boolean: { rule: 'must be a Boolean', holds: (value) => typeof value === 'boolean' },
  list: { rule: 'must be an Array', holds: Array.isArray },
  object: {
    rule: 'must be an Object',
    holds: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  },
};

/** The inputs of a run as its action declares them, with what was left out filled in. */
export function readInputs(declared: DagDefinition['inputs'], given: Readonly<Record<string, unknown>>): InputReading {
  const faults: InputFault[] = [];
  const inputs: [string, JsonValue][] = [];
  for (const [input, value] of Object.entries(given)) {
    if (!Object.hasOwn(declared, input)) faults.push({ input, value, message: 'is not an input of this action' });
  }
  for (const [input, { type, default: fallback }] of Object.entries(declared)) {
    const value = Object.hasOwn(given, input) ? given[input] : fallback;
    const isDefault = !Object.hasOwn(given, input) && fallback !== undefined;
    if (value === undefined) faults.push({ input, value, message: 'is required' });
    else if (isDefault || RULES[type].holds(value)) inputs.push([input, value as JsonValue]);
    else faults.push({ input, value, message: RULES[type].rule });
  }
  return faults.length > 0 ? { kind: 'invalid', faults } : { kind: 'fine', inputs: Object.fromEntries(inputs) };
}
