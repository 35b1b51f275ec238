import { z } from 'zod';
import { DAG_CONCURRENCIES, DAG_INPUT_TYPES, type DagDefinition, type DagNode, NODE_KINDS, TRIGGER_RULES } from '../../../domain/dag-action'; // prettier-ignore
import type { DagActionRecord } from '../../../store/dag-actions';

export const actionAnswer = z
  .object({
    id: z.int(),
    uuid: z.uuid(),
    name: z.string(),
    version: z.int(),
    description: z.string(),
    category: z.string(),
    created_at: z.iso.datetime().describe('When this version was applied'),
  })
  .meta({ id: 'ActionVersion' });

const node = z.object({
  id: z.string(),
  uses: z.enum(NODE_KINDS),
  needs: z.array(z.string()),
  if: z.string().nullable(),
  with: z.record(z.string(), z.unknown()),
  retry: z.object({
    max_attempts: z.int(),
    initial_interval_ms: z.int(),
    backoff: z.number(),
    max_interval_ms: z.int(),
    total_ms: z.int().nullable(),
  }),
  timeout_ms: z.int().nullable(),
  trigger: z.enum(TRIGGER_RULES),
  on_failure: z.enum(['fail', 'continue']),
});

export const actionDetails = actionAnswer
  .extend({
    newest_version: z.int(),
    inputs: z.record(
      z.string(),
      z.object({
        type: z.enum(DAG_INPUT_TYPES),
        default: z.unknown().optional().describe('Absent: it is required'),
        description: z.string().optional(),
      }),
    ),
    concurrency: z.enum(DAG_CONCURRENCIES),
    fail_fast: z.boolean(),
    max_parallel: z.int(),
    nodes: z.array(node).describe('With everything that was left out filled in'),
    source: z.string().describe('The text that was applied'),
  })
  .meta({ id: 'ActionVersionDetails' });

export function toActionAnswer({ id, uuid, name, version, description, category, createdAt }: DagActionRecord) {
  return { id: Number(id), uuid, name, version, description, category, created_at: createdAt.toISOString() };
}

export function toActionDetails(action: DagActionRecord, { source, newest }: { source: string; newest: number }) {
  const { inputs, concurrency, failFast, maxParallel, nodes }: DagDefinition = action.definition;
  return {
    ...toActionAnswer(action),
    newest_version: newest,
    ...{ inputs, concurrency, fail_fast: failFast, max_parallel: maxParallel },
    nodes: nodes.map(toNode),
    source,
  };
}

function toNode({ id, uses, needs, with: given, retry, timeoutMs, trigger, onFailure, ...node }: DagNode) {
  return {
    ...{ id, uses, needs: [...needs], if: node.if, with: given },
    retry: {
      max_attempts: retry.maxAttempts,
      initial_interval_ms: retry.initialIntervalMs,
      backoff: retry.backoff,
      max_interval_ms: retry.maxIntervalMs,
      total_ms: retry.totalMs,
    },
    ...{ timeout_ms: timeoutMs, trigger, on_failure: onFailure },
  };
}
