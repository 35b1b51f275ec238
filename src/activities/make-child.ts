import { FAILURE } from '../contract/failures';
import { CHILD_PRUNED } from '../domain/job-retention';
import { findUserByUuid } from '../store/credentials';
import type { Store } from '../store/database';
import { createChildJob, type ChildRefusal } from '../store/job-children';
import { findJob, type JobRecord } from '../store/jobs';
import type { UserRecord } from '../store/lookup';
import { refused } from './refused';

const CHILD_REFUSAL: Readonly<Record<Exclude<ChildRefusal, 'no_write' | 'not_ended'>, string>> = {
  not_offered: 'it is no job that can be tried again or undone',
  details_pruned: CHILD_PRUNED,
  nothing_failed: 'no item of the job has failed',
  nothing_retryable: 'no failed item of the job can be tried again',
  nothing_moved: 'no item of the job was moved',
  no_permission: 'the requester has no permission to start actions',
  in_trash: 'the asset of the run lies in the trash',
  run_under_way: 'another run of the action on the asset is under way',
};

/** A retry or an undo that a workflow was started for in Temporal itself. */
export interface ChildOrder {
  /** The Workflow Id, so that the child which is under way cannot be answered instead. */
  readonly token: string;
  /** The field of the input that names the parent, and the parent's token. */
  readonly form: 'retry_of' | 'undo_of';
  readonly origin: string;
  readonly user: UserRecord;
  /** Of which jobs it may be made, and what is said of any other. */
  readonly isParent: (job: JobRecord) => boolean;
  readonly noParent: string;
  /** What is said when the requester may not write, with the field. */
  readonly noWrite: string;
}

/**
 * Makes the row of a retry or an undo, under the checks of the façade. Repeated, it changes nothing.
 * @throws ApplicationFailure that names the field, when it cannot be made
 */
export async function makeChild({ db, pool }: Store, order: ChildOrder, now: Date): Promise<void> {
  const { token, form, origin, user } = order;
  const fault = (message: string) => refused(FAILURE.inputInvalid, `${form}: ${message}`);
  const viewer = { id: user.id, admin: (await findUserByUuid(pool, user.uuid))?.admin === true };
  const parent = await findJob(db, { by: 'uuid', uuid: origin }, origin, viewer);
  if (parent === null || !order.isParent(parent)) throw fault(order.noParent);
  const relation = form === 'retry_of' ? 'retry' : 'undo';
  const child = { relation, parentId: parent.id, token, caller: user, idempotencyKey: null } as const;
  const creation = await createChildJob(db, { ...child, dispatched: true, now });
  if (creation.kind === 'existing' && creation.token !== token) {
    throw fault(`the ${relation} of this job is under way as job ${creation.token}`);
  }
  if (creation.kind !== 'refused') return;
  const { refusal, state } = creation;
  if (refusal === 'no_write') throw refused(FAILURE.forbidden, order.noWrite);
  throw fault(refusal === 'not_ended' ? `the job has not ended: it is ${state}` : CHILD_REFUSAL[refusal]);
}
