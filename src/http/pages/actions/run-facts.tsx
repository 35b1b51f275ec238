import type { ComponentChildren } from 'preact';
import { toKey } from '../../../domain/names';
import type { RelatedRun, ShownRun } from '../../../store/dag-run-shown';
import { Instant } from '../job-parts';
import { instantInWords } from '../wording';
import { toActionPath } from './action-path';
import { Json } from './run-nodes';

export interface RunFactsProps {
  readonly run: ShownRun;
  /** The run in the Temporal UI; null where there is none. */
  readonly workflowUrl: string | null;
}

const ORIGIN_WORDS = { resume: 'Resumes', rerun: 'Runs again', child: 'Part of' } as const;

/** Where the run comes from and what was made of it, who and when, and the ways to look closer. */
export function RunFacts({ run, workflowUrl }: RunFactsProps) {
  const { action, asset, origin, originRunId, followers, inputs, token, rights } = run;
  const resumed = followers.filter((each) => each.origin === 'resume');
  const rerun = followers.filter((each) => each.origin === 'rerun');
  return (
    <dl class="facts">
      <Fact name="Action">
        <a href={toActionPath(action)}>
          <bdi>{action.name}</bdi>
        </a>{' '}
        version {run.version}
      </Fact>
      <Fact name="Asset">
        {asset === null ? (
          'is gone'
        ) : (
          <>
            <bdi>{asset.title}</bdi> <code>{toKey(asset.uuid)}</code>
          </>
        )}
      </Fact>
      <Fact name="Asked for by">{run.createdBy}</Fact>
      <InstantFact name="Created" at={run.createdAt} />
      <InstantFact name="Ended" at={run.finishedAt} />
      {origin === 'start' || originRunId === null ? null : (
        <Fact name={ORIGIN_WORDS[origin]}>
          <RunLinks runs={[{ id: originRunId }]} />
        </Fact>
      )}
      {resumed.length === 0 ? null : (
        <Fact name="Resumed by">
          <RunLinks runs={resumed} />
        </Fact>
      )}
      {rerun.length === 0 ? null : (
        <Fact name="Run again as">
          <RunLinks runs={rerun} />
        </Fact>
      )}
      <Fact name="Job">
        {rights.control ? (
          <a href={`/jobs/${token}`}>
            <code>{token}</code>
          </a>
        ) : (
          <code>{token}</code>
        )}
      </Fact>
      {workflowUrl === null ? null : (
        <Fact name="Look closer">
          <a href={workflowUrl}>Run in the Temporal UI</a>
        </Fact>
      )}
      {Object.keys(inputs).length === 0 ? null : (
        <div class="wide">
          <dt>Inputs</dt>
          <dd>
            <Json value={inputs} label="Inputs of the run" />
          </dd>
        </div>
      )}
    </dl>
  );
}

export function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function InstantFact({ name, at }: { name: string; at: Date | null }) {
  if (at === null) return null;
  const iso = at.toISOString();
  return (
    <Fact name={name}>
      <Instant iso={iso} words={instantInWords(iso)} />
    </Fact>
  );
}

function RunLinks({ runs }: { runs: readonly Pick<RelatedRun, 'id'>[] }) {
  return (
    <>
      {runs.map(({ id }) => (
        <a key={id} href={`/runs/${id}`}>
          Run {id}
        </a>
      ))}
    </>
  );
}
