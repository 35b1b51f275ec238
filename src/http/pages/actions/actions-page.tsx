import type { DagActionRecord } from '../../../store/dag-actions';
import { renderPage } from '../layout';
import { grouped } from '../wording';
import { toActionPath } from './action-path';
import { SmallPicture } from './graph-picture';
import type { GraphLayout } from './graph-shape';

export interface ActionsPageOptions {
  readonly user: { readonly email: string };
  /** By category and name. */
  readonly actions: readonly DagActionRecord[];
  readonly layoutOf: (action: DagActionRecord) => GraphLayout;
}

/** `/actions`: what can be run on an asset, each with a small picture of its graph. */
export function renderActionsPage({ user, actions, layoutOf }: ActionsPageOptions): string {
  const categories = [...new Set(actions.map(({ category }) => category))];
  const body = (
    <div>
      <div class="lead">
        <h1>Actions</h1>
        <p>
          Graphs of steps that run on an asset: each node once what it needs is through, whatever is killed meanwhile.
        </p>
      </div>
      {actions.length === 0 ? (
        <p class="card empty">
          There are no actions yet. An administrator applies them from files:{' '}
          <code>longhaul dag apply -f action.yaml</code>
        </p>
      ) : (
        categories.map((category) => (
          <section class="category" key={category} aria-label={category === '' ? 'Without a category' : category}>
            <h2>{category === '' ? 'Without a category' : <bdi>{category}</bdi>}</h2>
            <ul class="actions">
              {actions
                .filter((action) => action.category === category)
                .map((action) => (
                  <ActionCard key={action.id} action={action} layout={layoutOf(action)} />
                ))}
            </ul>
          </section>
        ))
      )}
    </div>
  );
  return renderPage({ title: 'Actions', user, current: 'actions', children: body });
}

function ActionCard({ action, layout }: { action: DagActionRecord; layout: GraphLayout }) {
  const { name, description, version, definition } = action;
  const inputs = Object.keys(definition.inputs);
  return (
    <li class="card action">
      <div class="heading">
        <h3>
          <a href={toActionPath(action)}>
            <bdi>{name}</bdi>
          </a>
        </h3>
        <span class="badge">version {version}</span>
      </div>
      {description === '' ? null : (
        <p>
          <bdi>{description}</bdi>
        </p>
      )}
      <SmallPicture layout={layout} name={name} />
      <p class="hint">
        {grouped(definition.nodes.length)} {definition.nodes.length === 1 ? 'node' : 'nodes'}
        {inputs.length === 0 ? ', no inputs' : <>, inputs: {inputs.join(', ')}</>}
      </p>
    </li>
  );
}

/** For whoever may not look at actions: who can change that. */
export function renderNoActionsPage(user: { readonly email: string }): string {
  const body = (
    <section class="card narrow">
      <h1>Actions</h1>
      <p>
        You have no permission to look at actions. An administrator of this installation can give it to you; it is
        called <code>ACTIONS_VIEW</code>.
      </p>
      <pre tabIndex={0} aria-label="Command that gives the permission">
        <code>npm run longhaul -- permission grant --user {user.email} --name ACTIONS_VIEW</code>
      </pre>
      <p>
        <a href="/">Start page</a> · <a href="/jobs">All jobs</a>
      </p>
    </section>
  );
  return renderPage({ title: 'Actions', user, current: 'actions', children: body });
}
