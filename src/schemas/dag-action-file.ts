import { z } from 'zod';
import {
  DAG_CONCURRENCIES,
  DAG_INPUT_TYPES,
  DAG_LIMITS,
  type DagDefinition,
  type DagNode,
  type DagRetry,
  NODE_KINDS,
  TRIGGER_RULES,
} from '../domain/dag-action';
import { parseDuration } from '../domain/duration';
import { isUuid } from '../domain/names';
import { durationText } from './dag-nodes/node-schema';

/** Words of CEL: `nodes.in.output` could not be read. */
const RESERVED = new Set(
  'as break const continue else false for function if import in let loop namespace null package return true var void while'.split(
    ' ',
  ),
);

const identifier = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be of the letters a-z, digits and _, begin with a letter, and have at most 63')
  .refine((text) => !RESERVED.has(text), 'is a word of the language; take another one');

/** No names that a path, a terminal or a reader would take for something else. */
const UNFIT = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

const actionName = z
  .string()
  .min(1)
  .max(100)
  .refine((name) => !UNFIT.test(name), 'must not have control characters')
  .refine((name) => name === name.trim(), 'must not begin or end with spaces')
  .refine((name) => !/^[0-9]+$/.test(name) && !isUuid(name), 'must not read like an id')
  .refine((name) => !/^(?:\.{1,2}|schema\.json)$/.test(name), 'is taken');

const positiveDuration = durationText.refine((text) => parseDuration(text) !== 0, 'must be longer than 0');

const retry = z.strictObject({
  max_attempts: z.int().min(1).max(100).describe('The first one counts'),
  initial_interval: durationText.default('1s').describe('Before the second attempt'),
  backoff: z.number().min(1).max(10).default(2).describe('By which each pause is longer than the one before'),
  max_interval: positiveDuration.default('1m'),
  total: positiveDuration.optional().describe('For all attempts together, with the pauses between them'),
});

const node = z.strictObject({
  id: identifier.describe('Unique in the action'),
  uses: z.enum(NODE_KINDS).describe('What it does'),
  needs: z.array(z.string()).max(DAG_LIMITS.needs).default([]).describe('Ids of the nodes that go before it'),
  if: z.string().min(1).max(4_096).optional().describe('CEL: when it is false, the node is skipped'),
  with: z.record(z.string(), z.json()).default({}).describe('What the kind asks for; texts may have ${{ templates }}'),
  retry: retry.optional().describe('Absent: one attempt'),
  timeout: positiveDuration.optional().describe('Of each attempt; of the wait of a node that waits'),
  trigger: z.enum(TRIGGER_RULES).default('all_success').describe('When it may begin, by how its needs have ended'),
  on_failure: z.enum(['fail', 'continue']).default('fail').describe('continue: its failure counts as a success'),
});

const input = z.strictObject({
  type: z.enum(DAG_INPUT_TYPES),
  default: z.json().optional().describe('Absent: it is required'),
  description: z.string().max(1_000).optional(),
});

/** The file of an action, as people write it. What a kind asks for in `with` is told in dag-nodes. */
export const actionFile = z.strictObject({
  name: actionName.describe('Unique; applying it again makes a new version'),
  description: z.string().max(2_000).default(''),
  category: z.string().min(1).max(100).default('General'),
  inputs: z
    .record(identifier, input)
    .refine((inputs) => Object.keys(inputs).length <= 100, 'must have at most 100 inputs')
    .default({})
    .describe('What is asked for when a run is started'),
  concurrency: z
    .enum(DAG_CONCURRENCIES)
    .default('queue')
    .describe('A second run on the same asset: waits, cancels the first one, or is refused'),
  fail_fast: z
    .boolean()
    .default(false)
    .describe('true: no new node starts after a failure, but for those marked always'),
  max_parallel: z.int().min(1).max(DAG_LIMITS.parallel).default(10).describe('Nodes at work at the same time'),
  nodes: z.array(node).min(1).max(DAG_LIMITS.nodes),
});

export type ActionFile = z.output<typeof actionFile>;

const ONE_ATTEMPT: DagRetry = {
  maxAttempts: 1,
  initialIntervalMs: 1_000,
  backoff: 2,
  maxIntervalMs: 60_000,
  totalMs: null,
};

/** The definition that a valid file stands for, with everything filled in and durations in ms. */
export function toDefinition(file: ActionFile): DagDefinition {
  const { name, description, category, concurrency } = file;
  return {
    ...{ name, description, category, concurrency },
    inputs: Object.fromEntries(Object.entries(file.inputs).map(([id, each]) => [id, withoutAbsent(each)])),
    failFast: file.fail_fast,
    maxParallel: file.max_parallel,
    nodes: file.nodes.map(toNode),
  };
}

function toNode({ id, uses, needs, with: given, trigger, ...node }: ActionFile['nodes'][number]): DagNode {
  return {
    ...{ id, uses, needs, with: given, trigger },
    if: node.if ?? null,
    retry: node.retry === undefined ? ONE_ATTEMPT : toRetry(node.retry),
    timeoutMs: node.timeout === undefined ? null : parseDuration(node.timeout),
    onFailure: node.on_failure,
  };
}

function toRetry(given: NonNullable<ActionFile['nodes'][number]['retry']>): DagRetry {
  return {
    maxAttempts: given.max_attempts,
    initialIntervalMs: parseDuration(given.initial_interval) ?? 0,
    backoff: given.backoff,
    maxIntervalMs: parseDuration(given.max_interval) ?? 0,
    totalMs: given.total === undefined ? null : parseDuration(given.total),
  };
}

function withoutAbsent({
  type,
  default: fallback,
  description,
}: ActionFile['inputs'][string]): DagDefinition['inputs'][string] {
  return {
    type,
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(description === undefined ? {} : { description }),
  };
}
