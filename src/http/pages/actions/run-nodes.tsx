import type { ComponentChildren } from 'preact';
import type { DagNode } from '../../../domain/dag-action';
import { hasNodeEnded } from '../../../domain/dag-run';
import { readApprovalWait } from '../../../domain/approval-form';
import type { ShownLoop, ShownNode, StartedJob } from '../../../store/dag-run-shown';
import { Instant } from '../job-parts';
import { durationInWords, grouped, instantInWords, KIND_WORDS, stateInWords } from '../wording';
import { StateIcon } from './picture-parts';
import {
  attemptsInWords,
  kindOfNodeInWords,
  NODE_STATE_WORDS,
  omissionInWords,
  timeInWords,
  toJsonText,
} from './run-words';
import type { NodeView } from './run-view';

export interface RunNodesProps {
  readonly runId: string;
  readonly nodes: readonly NodeView[];
  readonly nowMs: number;
}

/** What the picture shows and more, as a table; each row is where its box leads. */
export function RunNodes({ runId, nodes, nowMs }: RunNodesProps) {
  return (
    <table class="items nodes">
      <thead>
        <tr>
          <th scope="col">Node</th>
          <th scope="col">State</th>
          <th scope="col">Time</th>
          <th scope="col">What came of it</th>
        </tr>
      </thead>
      <tbody>
        {nodes.map((view) => (
          <Row key={view.node.id} view={view} runId={runId} nowMs={nowMs} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ view: { node, shown, jobs, loop }, runId, nowMs }: { view: NodeView; runId: string; nowMs: number }) {
  const tries = attemptsInWords(shown.state, shown.attempts, node.retry.maxAttempts);
  return (
    <tr id={`node-${node.id}`} tabIndex={-1} data-part>
      <th scope="row">
        <code class="node-id">{node.id}</code>
        <NodeHints node={node} />
      </th>
      <td class={`state ${shown.state}`}>
        <span class={`badge ${shown.state}`}>
          <StateIcon state={shown.state} />
          {NODE_STATE_WORDS[shown.state]}
        </span>
        {tries === '' ? null : <span class="hint">{tries}</span>}
        {shown.kept ? <span class="hint">kept from an earlier run</span> : null}
      </td>
      <td class="when">
        <Times shown={shown} nowMs={nowMs} />
      </td>
      <td class="outcome">
        <Outcome shown={shown} jobs={jobs} loop={loop} runId={runId} />
      </td>
    </tr>
  );
}

const SHOWN_NEEDS = 8;

/** What a node is by its declaration: its kind, what goes before it, when it runs. */
export function NodeHints({ node }: { node: DagNode }) {
  const more = node.needs.length - SHOWN_NEEDS;
  return (
    <>
      <span class="hint">
        {kindOfNodeInWords(node.uses)}
        {node.needs.length === 0 ? null : ', after '}
        {node.needs.slice(0, SHOWN_NEEDS).map((need, at) => (
          <>
            {at === 0 ? '' : ', '}
            <a href={`#node-${need}`}>{need}</a>
          </>
        ))}
        {more > 0 ? ` and ${grouped(more)} more` : ''}
        {node.trigger === 'all_success' ? '' : ` (${node.trigger.replaceAll('_', ' ')})`}
      </span>
      {node.if === null ? null : (
        <span class="hint">
          only if <code>{node.if}</code>
        </span>
      )}
      {node.onFailure === 'continue' ? <span class="hint">the run goes on when it fails</span> : null}
    </>
  );
}

function Times({ shown: { startedAt, finishedAt, state }, nowMs }: { shown: ShownNode; nowMs: number }) {
  if (startedAt === null) return null;
  const from = startedAt.toISOString();
  const to = finishedAt !== null && hasNodeEnded(state) ? finishedAt.toISOString() : null;
  const took = durationInWords(from, to ?? new Date(nowMs).toISOString());
  return (
    <>
      <span>{to === null ? `for ${took}` : took}</span>
      <span class="hint">
        from <Instant iso={from} words={instantInWords(from)} />
      </span>
      {to === null ? null : (
        <span class="hint">
          to <Instant iso={to} words={isSameDay(from, to) ? timeInWords(to) : instantInWords(to)} />
        </span>
      )}
    </>
  );
}

const isSameDay = (from: string, to: string): boolean => from.slice(0, 10) === to.slice(0, 10);

function Outcome({ shown, jobs, loop, runId }: Omit<NodeView, 'node'> & { runId: string }) {
  const { id, state, cause, error, output, outputBytes, decision } = shown;
  const omission = omissionInWords(state, cause);
  return (
    <>
      {error === null ? null : (
        <p class="fault">
          <bdi>{error.message}</bdi> <code class="small">{error.code}</code>
        </p>
      )}
      {omission === null ? null : <p class="hint">{omission}</p>}
      <Waiting shown={shown} />
      {decision === null ? null : (
        <p>
          {decision['decision'] === 'reject' ? 'Rejected' : 'Approved'} by{' '}
          <bdi>{typeof decision['by'] === 'string' ? decision['by'] : 'nobody'}</bdi>
        </p>
      )}
      {loop === null ? null : <Loop loop={loop} />}
      <StartedJobs jobs={jobs} />
      {outputBytes === null ? null : output === null && outputBytes > NULL_BYTES ? (
        <p>
          <a href={`/runs/${runId}/nodes/${encodeURIComponent(id)}`}>Output, {sizeInWords(outputBytes)}</a>
        </p>
      ) : output === null ? null : (
        <details id={`output-${id}`}>
          <summary class="plain">Output</summary>
          <Json value={output} label={`Output of ${id}`} />
        </details>
      )}
    </>
  );
}

const NULL_BYTES = 'null'.length;
const MAX_JSON = 8_192;

/** A value for people to read; what is too long is cut. */
export function Json({ value, label, maxLength = MAX_JSON }: { value: unknown; label: string; maxLength?: number }) {
  return (
    <pre class="json" tabIndex={0} role="region" aria-label={label}>
      <code>{toJsonText(value, maxLength)}</code>
    </pre>
  );
}

function Waiting({ shown: { id, state, waiting, wakeAt } }: { shown: ShownNode }) {
  if (state !== 'waiting') return null;
  const approval = readApprovalWait(waiting);
  const until =
    wakeAt === null ? null : <Instant iso={wakeAt.toISOString()} words={instantInWords(wakeAt.toISOString())} />;
  if (approval !== null) {
    return (
      <p class="reason">
        Waits for <a href={`#approval-${id}`}>somebody’s decision</a>
        {until === null ? null : <>, until {until}</>}
      </p>
    );
  }
  if (typeof waiting?.['until'] === 'string') return <p class="reason">Waits until {until}</p>;
  return <p class="reason">Waits for what it has started{until === null ? null : <>; looks again at {until}</>}</p>;
}

function Loop({ loop: { total, succeeded, failed, faults } }: { loop: ShownLoop }) {
  return (
    <>
      <p>
        {grouped(succeeded + failed)} of {grouped(total)} items done{failed === 0 ? '' : `, ${grouped(failed)} failed`}
      </p>
      {faults.map(({ no, message }) => (
        <p class="fault" key={no}>
          Item {grouped(no + 1)}: <bdi>{message}</bdi>
        </p>
      ))}
    </>
  );
}

const SHOWN_JOBS = 10;

function StartedJobs({ jobs }: { jobs: readonly StartedJob[] }): ComponentChildren {
  if (jobs.length === 0) return null;
  const more = jobs.length - SHOWN_JOBS;
  return (
    <ul class="started">
      {jobs.slice(0, SHOWN_JOBS).map(({ token, runId, kind, state, outcome, itemNo }) => (
        <li key={token}>
          <a href={runId === null ? `/jobs/${token}` : `/runs/${runId}`}>
            {KIND_WORDS[kind]}
            {runId === null ? '' : ` ${runId}`}
            {itemNo === null ? '' : ` of item ${String(itemNo + 1)}`}
          </a>
          : {stateInWords(state, outcome).toLowerCase()}
        </li>
      ))}
      {more > 0 ? <li class="hint">and {grouped(more)} more jobs</li> : null}
    </ul>
  );
}

/** `12 KB` */
function sizeInWords(bytes: number): string {
  return bytes < 1_000 ? `${String(bytes)} bytes` : `${grouped(Math.round(bytes / 1_000))} KB`;
}
