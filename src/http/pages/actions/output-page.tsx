import type { ShownRun } from '../../../store/dag-run-shown';
import { renderPage } from '../layout';
import { Json } from './run-nodes';

export interface OutputPageOptions {
  readonly user: { readonly email: string };
  readonly run: ShownRun;
  readonly nodeId: string;
  readonly output: unknown;
}

/** More than any output has, indented. */
const MAX_LENGTH = 2_000_000;

/** `/runs/:id/nodes/:node`: what a node gave, whole. */
export function renderOutputPage({ user, run, nodeId, output }: OutputPageOptions): string {
  const body = (
    <article>
      <p class="eyebrow">
        <a href="/actions">Actions</a> ›{' '}
        <a href={`/runs/${run.id}`}>
          <bdi>{run.action.name}</bdi>, run {run.id}
        </a>
      </p>
      <h1 tabIndex={-1}>Output of {nodeId}</h1>
      <section class="card" aria-label="Output">
        <Json value={output} label={`Output of ${nodeId}`} maxLength={MAX_LENGTH} />
      </section>
    </article>
  );
  return renderPage({ title: `Output of ${nodeId}, run ${run.id}`, user, current: 'actions', children: body });
}
