import type { ShownRun } from '../../../store/dag-run-shown';
import type { RunButtons } from './run-view';

export interface RunControlsProps {
  readonly run: ShownRun;
  readonly buttons: RunButtons;
  /** Goes with what makes a run: the same form sent twice makes one. */
  readonly idempotencyKey: string;
}

/** A button for each thing that the viewer may do with the run as it stands; they are forms, and work without a script. */
export function RunControls({ run, buttons, idempotencyKey }: RunControlsProps) {
  const { steer, cancel, resume, rerun } = buttons;
  if (steer === null && !cancel && !resume && !rerun) return null;
  const to = (action: string) => `/runs/${run.id}/${action}`;
  return (
    <div class="controls" id="steer" role="group" aria-label="What can be done with this run" tabIndex={-1}>
      {steer === null ? null : (
        <form method="post" action={to(steer)}>
          <button class={steer === 'unpause' ? 'primary' : ''} id="pause">
            {steer === 'unpause' ? 'Go on' : 'Pause'}
          </button>
        </form>
      )}
      {cancel ? (
        <details class="confirm" name="confirm" id="cancel-confirm">
          <summary id="cancel">Cancel…</summary>
          <form method="post" action={to('cancel')}>
            <p>
              What is done stays so; nodes that are marked to run always still run. A cancelled run does not go on, but
              a new one can take up where it stood.
            </p>
            <button class="danger">Cancel this run</button>
          </form>
        </details>
      ) : null}
      {resume ? (
        <form method="post" action={to('resume')}>
          <input type="hidden" name="idempotency_key" value={idempotencyKey} />
          <button class="primary" id="resume">
            Resume where it stopped
          </button>
        </form>
      ) : null}
      {rerun ? <RunAgain run={run} idempotencyKey={idempotencyKey} action={to('rerun')} /> : null}
    </div>
  );
}

function RunAgain({ run, idempotencyKey, action }: Omit<RunControlsProps, 'buttons'> & { action: string }) {
  const { definition, version, newestVersion } = run;
  return (
    <details class="confirm" name="confirm" id="rerun-confirm">
      <summary id="rerun">Run again…</summary>
      <form method="post" action={action}>
        <p>A new run on the same asset, with the same inputs. This one stays as it is.</p>
        <label>
          From
          <select name="from">
            <option value="">the beginning: everything anew</option>
            {definition.nodes.map(({ id }) => (
              <option key={id} value={id}>
                {id}, and what comes after it
              </option>
            ))}
          </select>
        </label>
        {newestVersion > version ? (
          <label class="tick">
            <input type="checkbox" name="newest" value="on" /> With version {newestVersion} of the action; this run has
            version {version}
          </label>
        ) : null}
        <input type="hidden" name="idempotency_key" value={idempotencyKey} />
        <button>Run again</button>
      </form>
    </details>
  );
}
