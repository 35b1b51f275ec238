import { FAILURE, type FailureType } from '../contract/failures';
import type { Selection } from '../domain/selection';
import { SelectionInvalid } from '../domain/selection-invalid';
import type { BulkMoveOrder } from '../schemas/bulk-move';
import { admitBulkMove, type BulkMoveRefusal, type BulkMoveRequest } from '../store/bulk-move';
import { findUserByUuid } from '../store/credentials';
import type { Database, Store } from '../store/database';
import { createChildJob, type ChildRefusal } from '../store/job-children';
import { createJob } from '../store/job-creation';
import { findJob } from '../store/jobs';
import type { UserRecord } from '../store/lookup';
import { findReadableProject } from '../store/projects';
import { refused } from './refused';

/** A refusal in the words of a workflow's failure: its type, and the message that names the field. */
export const BULK_MOVE_REFUSAL: Readonly<Record<BulkMoveRefusal, readonly [FailureType, string]>> = {
  no_project: [FAILURE.forbidden, 'project: there is no such project for requested_by'],
  no_write: [FAILURE.forbidden, 'project: requested_by may not write in it'],
  parent_invalid: [FAILURE.inputInvalid, 'parent: must be a folder of the project, or the project itself'],
};

const CHILD_REFUSAL: Readonly<Record<Exclude<ChildRefusal, 'no_write' | 'not_ended'>, string>> = {
  not_offered: 'it is no bulk move',
  nothing_failed: 'no item of the job has failed',
  nothing_retryable: 'no failed item of the job can be tried again',
  nothing_moved: 'no item of the job was moved',
};

/** Makes the row of a bulk move that was started in Temporal itself, under the checks of the façade. */
export async function makeBulkMove(
  store: Store,
  token: string,
  order: BulkMoveOrder,
  user: UserRecord,
  now: Date,
): Promise<void> {
  if (order.form !== 'move') return makeChild(store, token, order, user, now);
  const { db } = store;
  const { selection } = order;
  if (selection === undefined) {
    throw refused(FAILURE.inputInvalid, 'selection_ref: no job of this workflow id keeps a selection');
  }
  const admission = await admit(db, { ...order, selection }, user);
  const { project, parentUuid } = admission;
  await createJob(db, {
    token,
    kind: 'bulk_move_assets',
    project,
    createdBy: user.id,
    input: { project: project.uuid, parent: parentUuid, selection_ref: token, requested_by: user.id },
    selection: admission.selection,
    idempotency: null,
    dispatched: true,
    now,
  });
}

async function admit(db: Database, request: BulkMoveRequest & { readonly selection: Selection }, user: UserRecord) {
  try {
    const admission = await admitBulkMove(db, user, request);
    if (admission.kind === 'admitted') return admission;
    throw refused(...BULK_MOVE_REFUSAL[admission.refusal]);
  } catch (error) {
    if (error instanceof SelectionInvalid) throw refused(FAILURE.selectionInvalid, error.message);
    throw error;
  }
}

/** A retry or an undo. Here the token is given, so that the child which is under way cannot be answered instead. */
async function makeChild(
  { db, pool }: Store,
  token: string,
  { form, project: name, origin }: Exclude<BulkMoveOrder, { form: 'move' }>,
  user: UserRecord,
  now: Date,
): Promise<void> {
  const fault = (message: string) => refused(FAILURE.inputInvalid, `${form}: ${message}`);
  const project = await findReadableProject(db, name, user);
  if (project === null) throw refused(...BULK_MOVE_REFUSAL.no_project);
  if (!project.rights.write) throw refused(...BULK_MOVE_REFUSAL.no_write);
  const viewer = { id: user.id, admin: (await findUserByUuid(pool, user.uuid))?.admin === true };
  const parent = await findJob(db, { by: 'uuid', uuid: origin }, origin, viewer);
  if (parent?.projectUuid !== project.uuid) throw fault('there is no such job in this project for requested_by');
  const relation = form === 'retry_of' ? 'retry' : 'undo';
  const order = { relation, parentId: parent.id, token, caller: user, idempotencyKey: null } as const;
  const creation = await createChildJob(db, { ...order, dispatched: true, now });
  if (creation.kind === 'existing' && creation.token !== token) {
    throw fault(`the ${relation} of this job is under way as job ${creation.token}`);
  }
  if (creation.kind !== 'refused') return;
  const { refusal, state } = creation;
  if (refusal === 'no_write') throw refused(...BULK_MOVE_REFUSAL.no_write);
  throw fault(refusal === 'not_ended' ? `the job has not ended: it is ${state}` : CHILD_REFUSAL[refusal]);
}
