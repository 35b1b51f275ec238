import { z } from 'zod';
import { nearestName } from '../domain/nearest-name';
import type { Path } from './action-source';

/** A fault that a schema has found, in words that a sentence about the field can go on with. */
export interface WordedIssue {
  readonly path: Path;
  /** Whether the key is at fault, or its value. */
  readonly what: 'key' | 'value';
  readonly message: string;
}

type Issue = z.core.$ZodIssue;

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
  null: 'null',
};

const MAX_SHOWN = 100;

/** Words the issues of a schema; for fields and values that it does not know, the one that was probably meant. */
export function wordIssues(schema: z.ZodType, value: unknown, issues: readonly Issue[]): readonly WordedIssue[] {
  const worded = issues.flatMap((issue): WordedIssue[] => {
    const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
    if (issue.code === 'unrecognized_keys') {
      const known = keysAt(schema, path);
      return issue.keys.map((key) => ({
        path: [...path, key],
        what: 'key',
        message: `is not known${meant(key, known)}`,
      }));
    }
    if (issue.code === 'invalid_key') {
      const [first] = issue.issues;
      return [{ path, what: 'key', message: first === undefined ? 'is no valid name' : wordIssue(first, undefined) }];
    }
    return [{ path, what: 'value', message: wordIssue(issue, valueAt(value, path)) }];
  });
  // A value that breaks one rule mostly breaks those that build on it.
  return [...new Map(worded.toReversed().map((issue) => [JSON.stringify(issue.path), issue])).values()].toReversed();
}

function wordIssue(issue: Issue, given: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      if (given === undefined && issue.path.length > 0) return 'is required';
      return `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return given === undefined ? 'is required' : wordChoice(issue.values, given);
    case 'too_small':
      return wordSize('at least', issue.origin, issue.minimum);
    case 'too_big':
      return wordSize('at most', issue.origin, issue.maximum);
    case 'invalid_union':
      return given === undefined ? 'is required' : wordUnion(issue.errors);
    case 'invalid_format':
      if (issue.format === 'datetime') return 'must be an instant with its offset, such as 2026-01-31T10:00:00Z';
      return ownMessage(issue);
    default:
      return ownMessage(issue);
  }
}

/** What a schema says in words of its own; those of the library are for programmers. */
function ownMessage({ message }: Issue): string {
  return /^(?:Invalid|Too|Unrecognized)/.test(message) ? 'is not valid' : message;
}

function wordChoice(values: readonly unknown[], given: unknown): string {
  const names = values.map(String);
  const instead = typeof given === 'string' ? `, not ${show(given)}${meant(given, names)}` : '';
  return `must be one of ${names.join(', ')}${instead}`;
}

function wordSize(bound: string, origin: string, size: number | bigint): string {
  switch (origin) {
    case 'string':
      return `must have ${bound} ${String(size)} ${Number(size) === 1 ? 'character' : 'characters'}`;
    case 'array':
      return `must have ${bound} ${String(size)} ${Number(size) === 1 ? 'entry' : 'entries'}`;
    default:
      return `must be ${bound} ${String(size)}`;
  }
}

function wordUnion(errors: readonly (readonly Issue[])[]): string {
  const words = errors.map(([first]) => (first === undefined ? 'is not valid' : wordIssue(first, null)));
  const wanted = words.map((word) => /^must be (.*)$/.exec(word)?.[1] ?? null);
  if (wanted.includes(null)) return words[0] ?? 'is not valid';
  return `must be ${[...new Set(wanted)].join(', or ')}`;
}

/** `; did you mean "title"?` */
export function meant(text: string, names: Iterable<string>): string {
  const nearest = nearestName(text, names);
  return nearest === null ? '' : `; did you mean ${show(nearest)}?`;
}

export function show(text: string): string {
  return JSON.stringify(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, step) => {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    return (at as Readonly<Record<string | number, unknown>>)[step];
  }, value);
}

/** The fields that the schema knows at a path. */
function keysAt(schema: z.ZodType, path: Path): readonly string[] {
  const at = path.reduce<z.core.$ZodType | undefined>((found, step) => {
    const inner = bare(found);
    if (inner instanceof z.ZodObject) return (inner.shape as Readonly<Record<string, z.ZodType>>)[step];
    if (inner instanceof z.ZodArray) return inner.element;
    return inner instanceof z.ZodRecord ? inner.valueType : undefined;
  }, schema);
  const inner = bare(at);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

function bare(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable) {
    return bare(schema.unwrap());
  }
  return schema;
}
