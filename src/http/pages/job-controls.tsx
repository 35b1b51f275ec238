import { isIngest, type JobKind } from '../../domain/job';
import { grouped } from './wording';
import { possibleActions, type JobAnswer, type PageAction } from './job-view';

export interface JobControlsProps {
  readonly job: JobAnswer;
  /** Goes with a retry or an undo: the same form sent twice makes one job. */
  readonly idempotencyKey: string;
}

const ALL_OR_NOTHING = 'Nothing of it has been done yet, and nothing will be.';
const CANCEL_WORDS: Readonly<Record<JobKind, string>> = {
  bulk_move_assets: 'What has moved stays moved; the rest is listed as remaining.',
  trash_assets: ALL_OR_NOTHING,
  restore_assets: ALL_OR_NOTHING,
  assign_assets: ALL_OR_NOTHING,
  delete_assets: 'What is deleted is gone; the rest stays in the trash.',
  ingest_media: 'The asset stays as it is; what was downloaded so far is discarded.',
  bulk_ingest_media: 'Files that are attached stay attached; the rest is listed as remaining.',
  set_shared: 'What was shared or unshared stays so; the rest is listed as remaining.',
  review_request: 'What is under review stays so; the rest is listed as remaining.',
  force_approve: 'What is approved stays so; the rest is listed as remaining.',
  dag_action_run: 'What is done stays so; clean-up nodes still run.',
};

/** A button for each action that makes sense; they are forms, so that they work without a script too. */
export function JobControls({ job, idempotencyKey }: JobControlsProps) {
  const actions = possibleActions(job);
  if (actions.length === 0) return null;
  return (
    <div class="controls" id="steer" role="group" aria-label="What can be done with this job" tabIndex={-1}>
      {actions.map((action) => (
        <Control key={action} action={action} job={job} idempotencyKey={idempotencyKey} />
      ))}
    </div>
  );
}

function Control({ action, job, idempotencyKey }: JobControlsProps & { action: PageAction }) {
  const target = `/jobs/${job.token}/${action}`;
  switch (action) {
    case 'pause':
    case 'resume':
      return (
        <form method="post" action={target}>
          <button class={action === 'resume' ? 'primary' : ''} id={action}>
            {action === 'resume' ? 'Resume' : 'Pause'}
          </button>
        </form>
      );
    case 'retry':
      return (
        <form method="post" action={target}>
          <input type="hidden" name="idempotency_key" value={idempotencyKey} />
          <button class="primary" id={action}>
            {retryInWords(job)}
          </button>
        </form>
      );
    case 'cancel':
      return (
        <details class="confirm" name="confirm">
          <summary id={action}>Cancel…</summary>
          <form method="post" action={target}>
            <p>{CANCEL_WORDS[job.kind]} A cancelled job cannot be resumed.</p>
            <button class="danger">Cancel this job</button>
          </form>
        </details>
      );
    case 'undo':
      return (
        <details class="confirm" name="confirm">
          <summary id={action}>Undo…</summary>
          <form method="post" action={target}>
            <input type="hidden" name="idempotency_key" value={idempotencyKey} />
            <p>
              A new job moves {grouped(job.succeeded)} {job.succeeded === 1 ? 'item' : 'items'} back to where each lay.
              Items that have moved since are left alone.
            </p>
            <button class="danger">Undo this job</button>
          </form>
        </details>
      );
  }
}

/** Of files only those are taken up again that may pass: what is not there will not be there a minute later. */
function retryInWords({ kind, failed }: JobAnswer): string {
  return isIngest(kind) ? 'Retry what may pass' : `Retry ${grouped(failed)} failed`;
}
