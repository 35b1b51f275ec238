import type { NodeKind } from '../../domain/dag-action';
import type { WithOf } from '../../schemas/dag-nodes';
import type { NodeHandler } from './node-handler';

/** The handlers of nodes by their kind; those of a worker that serves one Task Queue only may lack the others. */
export type NodeHandlers = { readonly [Kind in NodeKind]?: NodeHandler<WithOf<Kind>> };
