import { defineUpdate } from '@temporalio/workflow';
import type { NodePlace } from '../domain/dag-action';
import type { ApprovalDecision, GraphNode, NodeStanding, SettledNode } from '../domain/dag-run';
import type { JobControl, JobState } from '../domain/job';
import type { DagActionRunInput } from '../schemas/dag-action-run';
import type { OpenedJob } from './job';

export type { DagActionRunInput } from '../schemas/dag-action-run';

/** The Workflow Type of one run of an action on an asset; the Workflow Id is the job token. */
export const DAG_ACTION_RUN_WORKFLOW = 'dagActionRunWorkflow';

/** A node as the workflow knows it: what it does lies in the store. */
export interface RunnableNode extends GraphNode {
  readonly place: NodePlace;
  /** Its kind. */
  readonly uses: string;
}

/** A run that an activity has opened for its workflow. */
export interface OpenedDagRun extends OpenedJob {
  readonly graph: readonly RunnableNode[];
  readonly maxParallel: number;
  readonly failFast: boolean;
  /** In the order of the graph. */
  readonly standings: readonly NodeStanding[];
  /** When a waiting node is to be looked at by itself, as ISO text; in the order of the graph, null for the others. */
  readonly wakeAt: readonly (string | null)[];
  readonly control: JobControl;
  /** Another run of the action on the asset goes first: look again when woken, or after this time. */
  readonly waitMs?: number;
}

/** One node of a run, at the time of its workflow as ISO text. */
export interface NodeRequest {
  readonly token: string;
  /** The id of the node. */
  readonly node: string;
  readonly at: string;
}

/** Where a node stands after a step of it. */
export interface NodeStep extends NodeStanding {
  /** A loop has more items to do: ask again at once. */
  readonly more: boolean;
  /** Of a waiting node: when to ask again unless it is woken before, as ISO text; null for only when it is woken. */
  readonly wakeAt: string | null;
}

/** Brief nodes that are begun together: of each lane one after another, as long as each succeeds. Ids of nodes. */
export interface NodesRequest {
  readonly token: string;
  readonly lanes: readonly (readonly string[])[];
  readonly at: string;
}

/** A step of one of them. */
export interface NodeTold extends NodeStep {
  readonly node: string;
}

/** Where a run stands in the store. */
export interface RunLook {
  readonly state: JobState;
  readonly control: JobControl;
  /** Ids of the waiting nodes for which something has come by now. */
  readonly due: readonly string[];
}

/** What a person says to a node that waits for approval. */
export interface ApprovalAnswer {
  readonly node: string;
  readonly decision: ApprovalDecision;
  /** As the form of the node asks for. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** An e-mail address or id of a user. */
  readonly by: string;
}

/** `temporal workflow update execute --name answerApproval --input '{"node":"…","decision":"approve","by":"…"}'` */
export const answerApprovalUpdate = defineUpdate<
  { readonly node: string; readonly decision: string },
  [ApprovalAnswer]
>('answerApproval');

/** The steps of nodes, on either Task Queue. May be repeated without harm. */
export interface NodeActivities {
  /** Begins a node, goes on with it, or looks whether what it waits for has come; told when it has ended already. */
  runNode(request: NodeRequest): Promise<NodeStep>;
}

/** What the workflow of a run may ask of the worker. All of them may be repeated without harm. */
export interface DagActionRunActivities extends NodeActivities {
  /** Begins nodes whose work lies in the store, for about five seconds; answers the steps that were taken. */
  runNodes(request: NodesRequest): Promise<readonly NodeTold[]>;
  /** Validates the input, makes the job's row unless it is there, and checks the rights of the requester. */
  openDagActionRun(input: DagActionRunInput): Promise<OpenedDagRun>;
  /** Records what was decided of nodes that do not run. Those that have ended stay as they are. */
  settleNodes(request: {
    readonly token: string;
    readonly settled: readonly SettledNode[];
    readonly at: string;
  }): Promise<RunLook>;
  /** Temporal was asked to cancel the run: so is its job, by nobody that is known. Answers as {@link lookAtRun} does. */
  cancelRun(request: { readonly token: string; readonly at: string }): Promise<RunLook>;
  /** Where the run stands, and which waiting nodes need a look. */
  lookAtRun(request: { readonly token: string; readonly at: string }): Promise<RunLook>;
  /** Has a person answer an approval. @throws ApplicationFailure `ControlRefused`, `Forbidden` or `InputInvalid` */
  answerApproval(request: ApprovalAnswer & { readonly token: string; readonly at: string }): Promise<void>;
}
