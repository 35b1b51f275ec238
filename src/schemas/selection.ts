import { z } from 'zod';
import { MAX_RULES, parseSelection, SELECTION_PATH } from '../domain/selection';
import { FILTER_FIELDS, FILTER_OPERATORS } from '../domain/selection-filter-fields';
import { MAX_TEXT_CHARACTERS } from '../domain/selection-form';
import { SelectionInvalid } from '../domain/selection-invalid';

const ID = {
  oneOf: [
    { type: 'string', minLength: 1, maxLength: 36, description: 'Any of the three names: uuid, key or number.' },
    { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'The number.' },
  ],
};

const FILTER = {
  type: 'array',
  description:
    '[field, operator, value], ["and", filter…], ["or", filter…] or ["not", filter]. is_not and not_in include assets ' +
    'without a value; contains and starts_with take their text literally and ignore case; exists takes true (default) ' +
    'or false; before and after take an RFC 3339 date-time or date (its start in UTC); size is in bytes; owner is a ' +
    'user id or an e-mail.',
  anyOf: [
    {
      prefixItems: [{ enum: FILTER_FIELDS }, { enum: FILTER_OPERATORS }, {}],
      minItems: 2,
      maxItems: 3,
    },
    { prefixItems: [{ enum: ['and', 'or'] }], items: { type: 'array' }, minItems: 2 },
    { prefixItems: [{ const: 'not' }, { type: 'array' }], minItems: 2, maxItems: 2 },
  ],
  examples: [
    ['type', 'is', 'image'],
    ['and', ['tags', 'in', ['beach', 'sea']], ['not', ['created', 'before', '2024-01-01']]],
  ],
};

const SEARCH = {
  type: 'object',
  description: 'All assets of the project that match both q and filter; without either, all.',
  properties: {
    language: {
      type: 'string',
      description: 'ISO 639-1. Unknown or absent: words as they are, no stems.',
      examples: ['nl'],
    },
    q: {
      type: 'string',
      maxLength: MAX_TEXT_CHARACTERS,
      description: 'word (any of), +word (must), -word (must not), "a phrase", pre*',
      examples: ['+cms 225'],
    },
    filter: FILTER,
  },
  additionalProperties: false,
};

const EXCLUDE = {
  type: 'array',
  items: ID,
  description: 'Assets that this item leaves out; other items do not heed it.',
};

const SELECTION = {
  type: 'array',
  minItems: 1,
  description: `Ids, and up to ${MAX_RULES.toLocaleString('en')} items with children or search. The union is de-duplicated.`,
  items: {
    oneOf: [
      ...ID.oneOf,
      {
        type: 'object',
        description: 'The direct children of a folder, or of the root for an id of the project.',
        properties: { children: ID, exclude: EXCLUDE },
        required: ['children'],
        additionalProperties: false,
      },
      {
        type: 'object',
        properties: { search: SEARCH, exclude: EXCLUDE },
        required: ['search'],
        additionalProperties: false,
      },
    ],
  },
};

/** The same as it is written in a request, for the OpenAPI document; a handler reads it with `parseSelection`. */
export const selectionJson = z
  .unknown()
  .refine((value) => value !== undefined, 'is required')
  .meta(SELECTION);

/**
 * The `selection` of a bulk request: reads any JSON value into a `Selection`, and describes itself in OpenAPI. It checks
 * by hand what a schema per item would check, because a million ids are a million small results to zod.
 */
export const selectionSchema = z
  .unknown()
  .meta(SELECTION)
  .transform((value, context) => {
    try {
      return parseSelection(value);
    } catch (error) {
      if (!(error instanceof SelectionInvalid)) throw error;
      const path = error.segments.slice(SELECTION_PATH.length);
      context.addIssue({ code: 'custom', path, message: error.reason, input: value });
      return z.NEVER;
    }
  });
