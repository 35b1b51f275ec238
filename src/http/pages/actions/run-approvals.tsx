import type { FormField, TimeoutRule } from '../../../domain/approval-form';
import { Instant } from '../job-parts';
import { instantInWords } from '../wording';
import { timeLeftInWords } from './run-words';
import type { OpenApproval } from './run-view';

/** An answer that was sent and could not be taken, to be mended. */
export interface RefusedAnswer {
  readonly nodeId: string;
  readonly values: Readonly<Record<string, string>>;
  /** By the names of the form's fields. */
  readonly faults: Readonly<Record<string, string>>;
}

export interface RunApprovalsProps {
  readonly runId: string;
  readonly approvals: readonly OpenApproval[];
  readonly mayAnswer: boolean;
  readonly refused: RefusedAnswer | null;
  readonly nowMs: number;
}

/** Names of the fields of an approval's form, in what the browser sends. */
export const VALUE_FIELD = 'value-';

const ON_TIMEOUT: Readonly<Record<TimeoutRule, string>> = {
  fail: 'After that the node fails',
  approve: 'After that it counts as approved',
  skip: 'After that the node is skipped',
};

/** What waits for somebody to approve or reject it, first of all that the page shows. */
export function RunApprovals({ runId, approvals, mayAnswer, refused, nowMs }: RunApprovalsProps) {
  return (
    <div id="approvals" data-part class={approvals.length === 0 ? 'none' : undefined}>
      {approvals.map(({ nodeId, wait: { message, form, deadline, onTimeout } }) => {
        const mine = refused?.nodeId === nodeId ? refused : null;
        const headingId = `approve-${nodeId}`;
        return (
          <section
            class="card approval"
            key={nodeId}
            id={`approval-${nodeId}`}
            tabIndex={-1}
            aria-labelledby={headingId}
          >
            <h2 id={headingId}>
              Waits for a decision: <code>{nodeId}</code>
            </h2>
            <p class="message">
              <bdi>{message}</bdi>
            </p>
            {deadline === null ? null : (
              <p class="hint">
                Answer until <Instant iso={deadline} words={instantInWords(deadline)} />
                {withTimeLeft(Date.parse(deadline), nowMs)}. {ON_TIMEOUT[onTimeout]}.
              </p>
            )}
            {mayAnswer ? (
              <form method="post" action={`/runs/${runId}/approval`} class="stack">
                <input type="hidden" name="node" value={nodeId} />
                {Object.entries(form).map(([name, field]) => (
                  <Field
                    key={name}
                    id={`${VALUE_FIELD}${nodeId}-${name}`}
                    name={name}
                    field={field}
                    value={mine?.values[name] ?? ''}
                    fault={mine === null ? undefined : mine.faults[name]}
                  />
                ))}
                <p class="answers">
                  <button class="primary" name="decision" value="approve">
                    Approve
                  </button>
                  {/* What has to be filled in to approve need not be for a rejection. */}
                  <button class="danger" name="decision" value="reject" formNoValidate>
                    Reject
                  </button>
                </p>
              </form>
            ) : (
              <p class="hint">You may not answer: that takes the right to write the asset and to start actions.</p>
            )}
          </section>
        );
      })}
    </div>
  );
}

function withTimeLeft(untilMs: number, nowMs: number): string {
  const words = timeLeftInWords(untilMs, nowMs);
  return words === '' ? '' : `, ${words}`;
}

interface FieldProps {
  readonly id: string;
  readonly name: string;
  readonly field: FormField;
  readonly value: string;
  readonly fault: string | undefined;
}

function Field({ id, name, field, value, fault }: FieldProps) {
  const { label = name, required } = field;
  return (
    <div class="field">
      <label for={id}>
        <bdi>{label}</bdi>
        {required ? null : <span class="hint"> optional</span>}
      </label>
      <Input
        field={field}
        attributes={{
          id,
          name: `${VALUE_FIELD}${name}`,
          required,
          'aria-invalid': fault === undefined ? undefined : 'true',
          'aria-describedby': fault === undefined ? undefined : `${id}-fault`,
        }}
        value={value}
      />
      {fault === undefined ? null : (
        <p id={`${id}-fault`} class="notice bad">
          It {fault}.
        </p>
      )}
    </div>
  );
}

interface InputProps {
  readonly field: Pick<FormField, 'type' | 'options'>;
  readonly attributes: {
    readonly id: string;
    readonly name: string;
    readonly required: boolean;
    readonly 'aria-invalid'?: 'true' | undefined;
    readonly 'aria-describedby'?: string | undefined;
  };
  readonly value: string;
}

/** A field by its type; nothing is chosen for anybody. */
export function Input({ field: { type, options }, attributes, value }: InputProps) {
  switch (type) {
    case 'boolean':
      return <Choice attributes={attributes} value={value} options={[['true', 'Yes'], ['false', 'No']]} />; // prettier-ignore
    case 'integer':
    case 'number':
      return <input type="number" step={type === 'integer' ? '1' : 'any'} value={value} {...attributes} />;
    case 'string':
      if (options !== undefined) return <Choice attributes={attributes} value={value} options={options.map((each) => [each, each] as const)} />; // prettier-ignore
      return <textarea rows={rowsFor(value)} maxLength={10_000} {...attributes} value={value} />;
  }
}

const rowsFor = (value: string): number => Math.min(10, value.split('\n').length);

interface ChoiceProps extends Pick<InputProps, 'attributes' | 'value'> {
  readonly options: readonly (readonly [value: string, words: string])[];
}

function Choice({ attributes, value, options }: ChoiceProps) {
  return (
    <select {...attributes}>
      <option value="">Choose</option>
      {options.map(([each, words]) => (
        <option key={each} value={each} selected={each === value}>
          {words}
        </option>
      ))}
    </select>
  );
}
