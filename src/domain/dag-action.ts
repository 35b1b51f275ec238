/** Kinds of nodes, as `uses` names them. What each takes and gives is told in schemas/dag-nodes. */
export const NODE_KINDS = [
  'ingest_media',
  'extract_metadata',
  'make_previews',
  'update_asset',
  'move',
  'assign',
  'share',
  'request_review',
  'bulk_move',
  'http_request',
  'webhook',
  'wait',
  'approval',
  'run_action',
  'for_each',
] as const;
export type NodeKind = (typeof NODE_KINDS)[number];

/** When a node may begin, by what has become of the nodes that it needs; as Airflow's trigger rules of these names. */
export const TRIGGER_RULES = ['all_success', 'all_done', 'one_success', 'one_failed', 'none_failed', 'always'] as const;
export type TriggerRule = (typeof TRIGGER_RULES)[number];

/** What becomes of a second run of an action on the same asset: it waits, it cancels the first one, or it is refused. */
export const DAG_CONCURRENCIES = ['queue', 'cancel', 'reject'] as const;
export type DagConcurrency = (typeof DAG_CONCURRENCIES)[number];

export const DAG_INPUT_TYPES = ['string', 'integer', 'number', 'boolean', 'list', 'object'] as const;
export type DagInputType = (typeof DAG_INPUT_TYPES)[number];

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type JsonObject = Readonly<Record<string, JsonValue>>;

/** An input of an action. Without a default it is required. */
export interface DagInput {
  readonly type: DagInputType;
  readonly default?: JsonValue;
  readonly description?: string;
}

/** How often a node is tried again, in ms. `totalMs` bounds all attempts together, with the pauses between them. */
export interface DagRetry {
  readonly maxAttempts: number;
  readonly initialIntervalMs: number;
  readonly backoff: number;
  readonly maxIntervalMs: number;
  readonly totalMs: number | null;
}

/** One node as it was declared, with what was left out filled in. */
export interface DagNode {
  readonly id: string;
  readonly uses: NodeKind;
  /** Ids of the nodes that go before it. */
  readonly needs: readonly string[];
  /** CEL; null for none. */
  readonly if: string | null;
  /** As written: templates are filled in when the node begins. */
  readonly with: JsonObject;
  readonly retry: DagRetry;
  /** Of one attempt, and of the wait of a kind that waits; null for no limit. */
  readonly timeoutMs: number | null;
  readonly trigger: TriggerRule;
  /** `continue`: a failure of it counts as a success for those that need it, and for the run. */
  readonly onFailure: 'fail' | 'continue';
}

/** A declared graph, valid: ids are unique, needs are known, and there is no cycle. */
export interface DagDefinition {
  readonly name: string;
  readonly description: string;
  readonly category: string;
  readonly inputs: Readonly<Record<string, DagInput>>;
  readonly concurrency: DagConcurrency;
  /** True: no new node starts after a failure, but for those marked `always`. */
  readonly failFast: boolean;
  readonly maxParallel: number;
  readonly nodes: readonly DagNode[];
}

/** Limits of a definition. */
export const DAG_LIMITS = {
  nodes: 500,
  needs: 100,
  parallel: 100,
  items: 10_000,
  window: 100,
  sourceBytes: 512 * 1024,
  /** Runs started by runs, one inside the other. */
  depth: 5,
} as const;

/** Nodes of these kinds talk to other servers or look into files: they run on the Task Queue for such work. */
const OUTSIDE: ReadonlySet<NodeKind> = new Set(['http_request', 'webhook', 'extract_metadata', 'make_previews']);

export type NodePlace = 'store' | 'outside';

/** Where a node runs; a loop runs where what it does for each item does. */
export function placeOf(node: Pick<DagNode, 'uses' | 'with'>): NodePlace {
  return OUTSIDE.has(node.uses === 'for_each' ? (innerKindOf(node.with) ?? node.uses) : node.uses)
    ? 'outside'
    : 'store';
}

/** What a `for_each` does for each item; null when it says nothing of the kind. */
export function innerKindOf(loop: JsonObject): NodeKind | null {
  const inner = loop['node'];
  if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return null;
  const uses = (inner as JsonObject)['uses'];
  return NODE_KINDS.find((kind) => kind === uses) ?? null;
}
