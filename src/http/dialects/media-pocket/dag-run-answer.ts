import { z } from 'zod';
import { readApprovalWait } from '../../../domain/approval-form';
import { DAG_RUN_STATUSES, NODE_STATES } from '../../../domain/dag-run';
import { isUnfinished } from '../../../domain/dag-rerun';
import { isEnded } from '../../../domain/job';
import { toKey } from '../../../domain/names';
import type { DagActionRecord } from '../../../store/dag-actions';
import type { DagMessageRecord, DagNodeRecord, DagRunDetails, DagRunRecord } from '../../../store/dag-run-reading';

const instant = z.iso.datetime();

const dagAction = z
  .object({ id: z.int(), name: z.string(), description: z.string(), category: z.string() })
  .meta({ id: 'DagAction' });

const dagMessage = z
  .object({
    id: z.int(),
    message: z.string(),
    created_at: instant,
    node: z.string().optional().describe('The id of the node that it is about; absent in a message of the run itself'),
    attempt: z.int().nullable().optional().describe('Which attempt of the node, from 1'),
  })
  .meta({ id: 'DagActionRunMessage' });

const dagRun = z.object({
  id: z.int(),
  status: z.enum(DAG_RUN_STATUSES),
  created_at: instant,
  dag_action: dagAction,
  dag_action_run_messages: z.array(dagMessage).describe('In order; the first 1,000'),
});

const dagNode = z
  .object({
    id: z.string(),
    uses: z.string().describe('Its kind'),
    needs: z.array(z.string()),
    state: z.enum(NODE_STATES).describe('skipped: its own condition was false; omitted: its needs were not met'),
    cause: z.enum(['failure', 'skip']).nullable().describe('Of an omitted node: what its omission comes from'),
    attempts: z.int().describe('How many it has begun'),
    output: z.unknown().describe('Any JSON; null until there is some'),
    error: z.object({ code: z.string(), message: z.string(), retryable: z.boolean() }).nullable(),
    waiting: z
      .object({
        message: z.string().nullable().describe('Of an approval: what is to be decided'),
        form: z.record(z.string(), z.unknown()).nullable().describe('Of an approval: what the values must be'),
        deadline: instant.nullable().describe('When the wait ends, if it ends by itself'),
        decision: z.enum(['approve', 'reject']).nullable().describe('What was answered and is about to take effect'),
      })
      .nullable()
      .describe('Of a waiting node'),
    kept: z.boolean().describe('Taken over from an earlier run'),
    started_at: instant.nullable(),
    finished_at: instant.nullable(),
  })
  .meta({ id: 'DagActionRunNode' });

export const dagActionsAnswer = z.object({ dag_actions: z.array(dagAction) }).meta({ id: 'DagActionList' });

export const dagRunAnswer = z.object({ dag_action_run: dagRun.meta({ id: 'DagActionRun' }) });

export const dagRunsAnswer = z
  .object({
    dag_action_runs: z.array(dagRun),
    next_cursor: z.int().nullable().optional().describe('Only with cursor or limit; null at the end'),
  })
  .meta({ id: 'DagActionRunList' });

export const dagMessagesAnswer = z
  .object({
    dag_action_run_messages: z.array(dagMessage),
    next_after: z.int().describe('To be given as after next time'),
    ended: z.boolean().describe('The run has ended and no message follows those of this page'),
  })
  .meta({ id: 'DagActionRunMessages' });

export const dagRunDetailsAnswer = z
  .object({
    dag_action_run: dagRun.extend({
      version: z.int().describe('Of the action: later ones do not touch the run'),
      origin: z.enum(['start', 'resume', 'rerun', 'child']),
      origin_run_id: z.int().nullable().describe('The run that it resumes or reruns, or whose node has started it'),
      asset_id: z.string().nullable().describe('Its key; null when the asset is gone for good'),
      inputs: z.record(z.string(), z.unknown()),
      created_by: z.string().describe('An e-mail address'),
      reason: z.string().nullable().describe('Why the run waits as a whole, when it does'),
      finished_at: instant.nullable(),
      job: z.uuid().describe('The token of its job: pause, resume and cancel are those of the job'),
      can_resume: z.boolean().describe('It has ended with something unfinished'),
      nodes: z.array(dagNode).describe('In the order of the definition'),
      links: z.object({
        self: z.string(),
        messages: z.string(),
        events: z.string(),
        job: z.string(),
        origin: z.string().nullable(),
      }),
    }),
  })
  .meta({ id: 'DagActionRunDetails' });

export function toDagActionAnswer({
  id,
  name,
  description,
  category,
}: Pick<DagActionRecord, 'id' | 'name' | 'description' | 'category'>) {
  return { id: Number(id), name, description, category };
}

/** A message of the run itself has the published form; one of a node names it and its attempt besides. */
export function toMessageAnswer({ id, message, createdAt, node, attempt }: DagMessageRecord) {
  const told = { id: Number(id), message, created_at: createdAt.toISOString() };
  return node === null ? told : { ...told, node, attempt };
}

/** A run in the form that the API publishes. */
export function toDagRunAnswer(run: DagRunRecord) {
  return {
    id: Number(run.id),
    status: run.status,
    created_at: run.createdAt.toISOString(),
    dag_action: toDagActionAnswer(run.action),
    dag_action_run_messages: run.messages.map(toMessageAnswer),
  };
}

/** A run with all that is known of it; `assetPath` is where its asset is found. */
export function toDagRunDetailsAnswer(run: DagRunDetails, publicUrl: string) {
  const key = run.asset === null ? null : toKey(run.asset.uuid);
  const runs = `${publicUrl}/api/v2/assets/${key ?? ''}/dag_action_runs`;
  const self = `${runs}/${run.id}`;
  const declared = new Map(run.definition.nodes.map((node) => [node.id, node]));
  return {
    ...toDagRunAnswer(run),
    version: run.version,
    origin: run.origin,
    origin_run_id: run.originRunId === null ? null : Number(run.originRunId),
    asset_id: key,
    inputs: run.inputs,
    created_by: run.createdBy,
    reason: isEnded(run.jobState) ? null : run.waitingReason,
    finished_at: run.finishedAt?.toISOString() ?? null,
    job: run.token,
    can_resume: isEnded(run.jobState) && run.nodes.some(isUnfinished),
    nodes: run.nodes.map((node) => ({
      ...{ id: node.id, uses: declared.get(node.id)?.uses ?? '', needs: [...(declared.get(node.id)?.needs ?? [])] },
      ...toNodeAnswer(node),
    })),
    links: {
      self,
      messages: `${self}/messages`,
      events: `${self}/events`,
      job: `${publicUrl}/api/jobs/${run.token}`,
      origin: run.originRunId === null || run.origin === 'child' ? null : `${runs}/${run.originRunId}`,
    },
  };
}

function toNodeAnswer(node: DagNodeRecord) {
  const wait = readApprovalWait(node.waiting);
  return {
    state: node.state,
    cause: node.cause,
    attempts: node.attempts,
    output: node.output,
    error: node.error,
    waiting:
      node.state !== 'waiting'
        ? null
        : {
            message: wait?.message ?? null,
            form: wait === null ? null : wait.form,
            deadline: wait?.deadline ?? node.wakeAt?.toISOString() ?? null,
            decision: (node.decision?.['decision'] ?? null) as 'approve' | 'reject' | null,
          },
    kept: node.kept,
    started_at: node.startedAt?.toISOString() ?? null,
    finished_at: node.finishedAt?.toISOString() ?? null,
  };
}
