import type { ComponentChildren } from 'preact';
import { Instant } from './job-parts';
import type { JobAnswer } from './job-view';
import { instantInWords } from './wording';

const CHILD_WORDS = { retry: 'Retried by', undo: 'Undone by', child: 'Has started' } as const;

/** Where the job comes from and what came of it, who and when, and the way to the machine room. */
export function JobFacts({ job, projectName }: { job: JobAnswer; projectName: string | null }) {
  return (
    <dl class="facts">
      <Fact name="Project">{projectName ?? <code>{job.project ?? 'none'}</code>}</Fact>
      <Fact name="Asked for by">{job.created_by}</Fact>
      {job.duplicate_of === null ? null : (
        <Fact name="Same file">
          <span>
            Asset <code>{job.duplicate_of}</code> had it before
          </span>
        </Fact>
      )}
      {job.retry_of === null ? null : (
        <Fact name="Retry of">
          <JobLink token={job.retry_of} />
        </Fact>
      )}
      {job.undo_of === null ? null : (
        <Fact name="Undo of">
          <JobLink token={job.undo_of} />
        </Fact>
      )}
      {(['retry', 'undo', 'child'] as const).map((relation) => {
        const children = job.links.children.filter((child) => child.relation === relation);
        return children.length === 0 ? null : (
          <Fact key={relation} name={CHILD_WORDS[relation]}>
            {children.map(({ token }) => (
              <JobLink key={token} token={token} />
            ))}
          </Fact>
        );
      })}
      <InstantFact name="Created" iso={job.created_at} />
      <InstantFact name="Started" iso={job.started_at} />
      <InstantFact name="Ended" iso={job.finished_at} />
      <Fact name="Token">
        <code>{job.token}</code>
      </Fact>
      <Fact name="Look closer">
        {job.links.workflow === null ? null : <a href={job.links.workflow}>Run in the Temporal UI</a>}
        <a href={`/api/jobs/${job.token}`}>JSON</a>
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function InstantFact({ name, iso }: { name: string; iso: string | null }) {
  if (iso === null) return null;
  return (
    <Fact name={name}>
      <Instant iso={iso} words={instantInWords(iso)} />
    </Fact>
  );
}

function JobLink({ token }: { token: string }) {
  return (
    <a href={`/jobs/${token}`}>
      <code>{token}</code>
    </a>
  );
}
