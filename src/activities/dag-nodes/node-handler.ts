import type { DagNode, JsonObject, JsonValue } from '../../domain/dag-action';
import type { Database } from '../../store/database';
import type { DispatchableJob } from '../../store/job-dispatch';

/** The run that a node belongs to. */
export interface NodeRun {
  readonly runId: string;
  readonly jobId: string;
  readonly token: string;
  /** How many runs it lies inside of. */
  readonly depth: number;
  readonly actionName: string;
  readonly asset: { readonly id: string; readonly uuid: string };
  /** Whoever asked for the run; every node checks the rights of this user. */
  readonly user: { readonly id: string; readonly uuid: string; readonly email: string; readonly admin: boolean };
}

/** One node, or one item of a loop, at work. */
export interface NodeContext<With = JsonObject> {
  readonly run: NodeRun;
  readonly node: DagNode;
  /** From 1. */
  readonly nodeNo: number;
  /** From 0; null outside loops. */
  readonly itemNo: number | null;
  /** From 1. */
  readonly attempt: number;
  /** With the templates filled in, and as the schema of the kind reads it. */
  readonly with: With;
  /** The same over all attempts: see domain/dag-run toNodeKey. */
  readonly idempotencyKey: string;
  /** The time of the workflow; durations count from it. */
  readonly at: Date;
  /** Of the store. */
  readonly now: Date;
}

/**
 * How a step of a node ended. What it waits for is handed to `resume` again. A job that it has started in the transaction
 * is dispatched after the commit.
 */
export type NodeResult =
  | {
      readonly kind: 'done';
      readonly output: JsonValue;
      /** What is worth saying of it beside that it succeeded. */
      readonly message?: string;
      /** Tells whoever is to look into the store now; a sweep makes good what was not told. */
      readonly afterCommit?: () => void;
    }
  /** It counts as skipped, although its condition was true. */
  | { readonly kind: 'skipped'; readonly message: string }
  | {
      readonly kind: 'waiting';
      readonly waiting: JsonObject;
      /** When to look again by itself; null for only when it is woken. */
      readonly wakeAt: Date | null;
      /** What it waits for, once: behind `is waiting for`. */
      readonly message?: string;
      readonly started?: DispatchableJob;
    }
  | {
      readonly kind: 'failed';
      readonly code: string;
      readonly message: string;
      readonly retryable: boolean;
      /** What is known of it all the same, such as the answer of a server. */
      readonly output?: JsonValue;
      readonly retryAfterMs?: number;
    };

/** The effect is committed together with the mark that the node is through: it happens once. */
export interface StoreNodeHandler<With> {
  readonly place: 'store';
  /** It tells readers of sync nothing: it makes no jobs, so that the job of its run need not be locked before. */
  readonly quiet?: true;
  begin(tx: Database, context: NodeContext<With>): Promise<NodeResult>;
  /** Of a kind that waits: looks whether what it waits for has come. */
  resume?(tx: Database, context: NodeContext<With>, waiting: JsonObject): Promise<NodeResult>;
  /** The run was cancelled, or the wait has lasted too long. Answers the job to be woken, if one was cancelled. */
  abandon?(tx: Database, context: NodeContext<With>, waiting: JsonObject): Promise<void>;
}

/** The effect is outside of the store, and may be begun again after a crash with the same idempotency key. */
export interface OutsideNodeHandler<With> {
  readonly place: 'outside';
  run(context: NodeContext<With>, signal: AbortSignal): Promise<NodeResult>;
}

export type NodeHandler<With> = StoreNodeHandler<With> | OutsideNodeHandler<With>;
