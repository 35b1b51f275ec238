import { z } from 'zod';
import { faultOfText } from '../../domain/clean-text';
import type { NodeKind } from '../../domain/dag-action';
import { parseDuration } from '../../domain/duration';

/** What one kind of node takes and gives. To add a kind: name it in the domain, add its schema here and its handler. */
export interface NodeSchema<With extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  readonly kind: NodeKind;
  /** One line, for the published schema and for people. */
  readonly description: string;
  /** What `with` must be, once its templates are filled in. */
  readonly with: With;
  /** What expressions find at `nodes.<id>.output`. */
  readonly output: Output;
  /** Whether a loop may do this for each item. */
  readonly loopable: boolean;
  /** Fields of `with` whose text is an expression (CEL), not a template. */
  readonly expressions?: readonly string[];
}

export function defineNode<With extends z.ZodType, Output extends z.ZodType>(
  schema: NodeSchema<With, Output>,
): NodeSchema<With, Output> {
  return schema;
}

/** A duration such as `500ms`, `30s`, `5m`, `2h` or `7d`. */
export const durationText = z
  .string()
  .regex(/^(?:0|[1-9][0-9]*)(?:ms|s|m|h|d)$/, 'must be a duration such as 30s, 5m, 2h or 7d')
  .refine((text) => parseDuration(text) !== null, 'must be ten years at most');

/** A text that can be kept: no control characters but tab and line ends, and no half characters. */
export const cleanText = z.string().superRefine((text, context) => {
  const fault = faultOfText(text);
  if (fault !== null) context.addIssue({ code: 'custom', message: fault });
});

/** Any of the names of an asset, folder or project: its id, uuid or key. */
export const nameText = z.union([cleanText.min(1).max(100), z.int().nonnegative()]);
