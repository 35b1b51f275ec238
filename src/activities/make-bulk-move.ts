import { FAILURE, type FailureType } from '../contract/failures';
import type { Selection } from '../domain/selection';
import { SelectionInvalid } from '../domain/selection-invalid';
import type { BulkMoveOrder } from '../schemas/bulk-move';
import { admitBulkMove, type BulkMoveRefusal, type BulkMoveRequest, createBulkMoveJob } from '../store/bulk-move';
import type { Database, Store } from '../store/database';
import type { JobRecord } from '../store/jobs';
import type { UserRecord } from '../store/lookup';
import { findReadableProject } from '../store/projects';
import { makeChild } from './make-child';
import { refused } from './refused';

/** A refusal in the words of a workflow's failure: its type, and the message that names the field. */
export const BULK_MOVE_REFUSAL: Readonly<Record<BulkMoveRefusal, readonly [FailureType, string]>> = {
  no_project: [FAILURE.forbidden, 'project: there is no such project for requested_by'],
  no_write: [FAILURE.forbidden, 'project: requested_by may not write in it'],
  parent_invalid: [FAILURE.inputInvalid, 'parent: must be a folder of the project, or the project itself'],
};

/** Makes the row of a bulk move that was started in Temporal itself, under the checks of the façade. */
export async function makeBulkMove(
  store: Store,
  token: string,
  order: BulkMoveOrder,
  user: UserRecord,
  now: Date,
): Promise<void> {
  if (order.form !== 'move') return makeChildMove(store, token, order, user, now);
  const { db } = store;
  const { selection } = order;
  if (selection === undefined) {
    throw refused(FAILURE.inputInvalid, 'selection_ref: no job of this workflow id keeps a selection');
  }
  const admission = await admit(db, { ...order, selection }, user);
  await createBulkMoveJob(db, { token, admission, requester: user, idempotency: null, dispatched: true, now });
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

async function makeChildMove(
  store: Store,
  token: string,
  { form, project: name, origin }: Exclude<BulkMoveOrder, { form: 'move' }>,
  user: UserRecord,
  now: Date,
): Promise<void> {
  const project = await findReadableProject(store.db, name, user);
  if (project === null) throw refused(...BULK_MOVE_REFUSAL.no_project);
  if (!project.rights.write) throw refused(...BULK_MOVE_REFUSAL.no_write);
  const [, noWrite] = BULK_MOVE_REFUSAL.no_write;
  const isParent = ({ projectUuid }: JobRecord) => projectUuid === project.uuid;
  const noParent = 'there is no such job in this project for requested_by';
  await makeChild(store, { token, form, origin, user, isParent, noParent, noWrite }, now);
}
