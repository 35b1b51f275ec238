import type { Database } from './database';
import { createJob, type Idempotency, type JobCreation } from './job-creation';

/** What a job of this kind keeps of its order in `job_selections.rules`; its ids lie beside it. */
export interface SharingRule {
  readonly kind: 'set_shared';
  readonly shared: boolean;
  /** Every live asset of the project, as they are when the job begins. */
  readonly all: boolean;
}

/** An order to share or unshare: of the assets with these ids of the store, or of all (null). */
export interface SharingOrder {
  readonly token: string;
  readonly project: { readonly id: string; readonly uuid: string };
  readonly requester: { readonly id: string; readonly uuid: string };
  readonly shared: boolean;
  readonly assetIds: readonly string[] | null;
  readonly idempotency: Idempotency | null;
  /** True when the workflow runs already. */
  readonly dispatched: boolean;
  readonly now: Date;
}

/** Commits the job; `input` is what its workflow is to be started with. */
export async function createSharingJob(
  db: Database,
  order: SharingOrder,
): Promise<{ readonly creation: JobCreation; readonly input: Readonly<Record<string, unknown>> }> {
  const { token, project, requester, shared, assetIds, idempotency, dispatched, now } = order;
  const input = {
    project: project.uuid,
    is_shared: shared,
    ...(assetIds !== null && { selection_ref: token }),
    requested_by: requester.uuid,
  };
  const rule: SharingRule = { kind: 'set_shared', shared, all: assetIds === null };
  const creation = await createJob(db, {
    token,
    kind: 'set_shared',
    project,
    createdBy: requester.id,
    input,
    selection: { parentId: null, assetIds: assetIds ?? [], rules: [rule] },
    idempotency,
    dispatched,
    now,
  });
  return { creation, input };
}
