import { isEnded } from '../../../domain/job';
import type { DagRunStatus } from '../../../domain/dag-run';
import { toKey } from '../../../domain/names';
import type { ShownRun } from '../../../store/dag-run-shown';
import { ASSET_PATHS } from '../assets';
import { Instant } from '../job-parts';
import { JobProgress } from '../job-progress';
import type { JobAnswer } from '../job-view';
import { renderPage } from '../layout';
import { instantInWords } from '../wording';
import { toActionPath } from './action-path';
import { GraphPicture } from './graph-picture';
import type { GraphLayout } from './graph-shape';
import { PictureParts } from './picture-parts';
import { type RefusedAnswer, RunApprovals } from './run-approvals';
import { RunControls } from './run-controls';
import { RunFacts } from './run-facts';
import { RunMessages } from './run-messages';
import { RunNodes } from './run-nodes';
import { buttonsOf, nodesOf, openApprovals } from './run-view';
import { plainText, RUN_STATUS_WORDS } from './run-words';

export interface RunPageOptions {
  readonly run: ShownRun;
  /** Its job, as the API answers it. */
  readonly job: JobAnswer;
  readonly layout: GraphLayout;
  readonly user: { readonly email: string };
  readonly idempotencyKey: string;
  /** What came of the button that was pressed, when it is not plain to see. */
  readonly notice: string | null;
  readonly refusedAnswer: RefusedAnswer | null;
  readonly nowMs: number;
}

const NO_SCRIPT_REFRESH_SECONDS = 10;

/**
 * `/runs/:id`. Its script follows `data-events`, or looks now and then where there are none, and takes over what has
 * changed: the elements that are marked `data-part`.
 */
export function renderRunPage(options: RunPageOptions): string {
  const { run, job, layout, user, notice, refusedAnswer, idempotencyKey, nowMs } = options;
  const ended = isEnded(run.jobState);
  const nodes = nodesOf(run);
  const approvals = openApprovals(run);
  const buttons = buttonsOf(run);
  const drawn = nodes.map(({ node, shown }) => ({ node, state: shown.state, attempts: shown.attempts }));
  const body = (
    <article
      id="run"
      data-run={run.id}
      data-follow={ended ? undefined : ''}
      data-events={ended ? undefined : eventsOf(run)}
    >
      <PictureParts />
      <p class="eyebrow">
        <a href="/actions">Actions</a> ›{' '}
        <a href={toActionPath(run.action)}>
          <bdi>{run.action.name}</bdi>
        </a>
      </p>
      <div class="heading">
        <h1 tabIndex={-1}>
          <bdi>{run.action.name}</bdi>, run {run.id}
        </h1>
        <span id="status" data-part data-status={run.status}>
          <StatusBadge status={run.status} />
        </span>
      </div>
      <Summary run={run} />
      {notice === null ? null : (
        <p class="notice" role="status">
          {notice}
        </p>
      )}
      <RunApprovals
        runId={run.id}
        approvals={approvals}
        mayAnswer={buttons.answer}
        refused={refusedAnswer}
        nowMs={nowMs}
      />
      <section class="card" aria-label="Progress" id="progress" data-part>
        <JobProgress job={job} nowMs={nowMs} />
        <RunControls run={run} buttons={buttons} idempotencyKey={idempotencyKey} />
      </section>
      <section class="card" aria-labelledby="graph-heading">
        <h2 id="graph-heading">Graph</h2>
        <GraphPicture layout={layout} nodes={drawn} title={`Graph of ${run.action.name}, run ${run.id}`} />
      </section>
      <section class="card" aria-labelledby="nodes">
        <h2 id="nodes">Nodes</h2>
        <RunNodes runId={run.id} nodes={nodes} nowMs={nowMs} />
      </section>
      <section class="card" aria-labelledby="messages-heading" id="messages" data-part>
        <h2 id="messages-heading">Messages</h2>
        <RunMessages runId={run.id} messages={run.messages} count={run.messageCount} />
      </section>
      <section class="card" aria-labelledby="about" id="facts" data-part>
        <h2 id="about">About this run</h2>
        <RunFacts run={run} workflowUrl={job.links.workflow} />
      </section>
    </article>
  );
  const title = `${RUN_STATUS_WORDS[run.status]}: ${plainText(run.action.name)}, run ${run.id}`;
  const refreshSeconds = ended || approvals.length > 0 ? undefined : NO_SCRIPT_REFRESH_SECONDS;
  return renderPage({ title, user, current: 'actions', script: ASSET_PATHS.runScript, refreshSeconds, children: body });
}

/** The stream that the viewer may follow: that of the job, or that of the run on its asset. */
function eventsOf({ id, token, asset, rights }: ShownRun): string | undefined {
  if (rights.control || asset === null) return `/api/jobs/${token}/events`;
  return `/api/v2/assets/${toKey(asset.uuid)}/dag_action_runs/${id}/events`;
}

function Summary({ run: { asset, createdBy, createdAt } }: { run: ShownRun }) {
  const iso = createdAt.toISOString();
  return (
    <p class="hint summary">
      {asset === null ? (
        'On an asset that is gone'
      ) : (
        <>
          On <bdi>{asset.title}</bdi> <code>{toKey(asset.uuid)}</code>
        </>
      )}
      , asked for by {createdBy}, <Instant iso={iso} words={instantInWords(iso)} />
    </p>
  );
}

/** The status as a word with a colour of its own. */
export function StatusBadge({ status }: { status: DagRunStatus }) {
  return <span class={`badge ${status}`}>{RUN_STATUS_WORDS[status]}</span>;
}
