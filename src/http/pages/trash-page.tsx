import { retentionInWords } from '../../domain/trash-words';
import type { TrashedAsset } from '../../store/trash-list';
import { ProjectChoice } from './choice';
import { renderPage } from './layout';
import { TrashList, ViewFields } from './trash-list';
import { TrashNotices } from './trash-notices';
import type { TrashOutcome } from './trash-outcome';
import { FIRST_PAGE, toTrashPath, type TrashView } from './trash-view';

export interface TrashPageOptions {
  readonly user: { readonly email: string };
  readonly assets: readonly TrashedAsset[];
  readonly view: TrashView;
  readonly projects: readonly { readonly uuid: string; readonly name: string }[];
  /** Null where the list ends. */
  readonly nextCursor: string | null;
  readonly outcome: TrashOutcome;
  readonly retentionMs: number;
  readonly nowMs: number;
}

const CHOOSER = 'chosen';

/** `/trash`: what lies in the trash of the projects that the viewer may see, soonest to go first. */
export function renderTrashPage(options: TrashPageOptions): string {
  const { user, assets, view, projects, nextCursor, outcome, retentionMs, nowMs } = options;
  const reasons = new Map(outcome.refused.map(({ uuid, reason }) => [uuid, reason]));
  const body = (
    <>
      <div class="lead">
        <h1>Trash</h1>
        <p>
          What lies here can be brought back for {retentionInWords(retentionMs)}. After that it goes for good, with
          everything in it, at the next hourly purge.
        </p>
      </div>
      <TrashNotices outcome={outcome} listed={new Set(assets.map(({ uuid }) => uuid))} />
      <form method="get" action="/trash" class="filters" role="search" aria-label="Trash">
        <ProjectChoice chosen={view.project} projects={projects} />
        <button>Show</button>
        {view.project === '' ? null : <a href="/trash">Show all</a>}
      </form>
      {assets.length === 0 ? (
        <p class="card empty">{emptyInWords(view)}</p>
      ) : (
        <section class="card bin" aria-labelledby="soonest">
          <h2 id="soonest">{view.cursor === FIRST_PAGE ? 'Soonest to go first' : 'Going later, soonest first'}</h2>
          <TrashList
            assets={assets}
            view={view}
            retentionMs={retentionMs}
            nowMs={nowMs}
            reasons={reasons}
            chooser={CHOOSER}
          />
          {assets.some(({ mayWrite }) => mayWrite) ? (
            <form method="post" action="/trash/restore" id={CHOOSER} class="chooser">
              <ViewFields view={view} />
              <button class="primary">Restore what is ticked</button>
            </form>
          ) : null}
        </section>
      )}
      <Pages view={view} nextCursor={nextCursor} />
    </>
  );
  return renderPage({ title: 'Trash', user, current: 'trash', children: body });
}

function Pages({ view, nextCursor }: Pick<TrashPageOptions, 'view' | 'nextCursor'>) {
  if (view.cursor === FIRST_PAGE && nextCursor === null) return null;
  return (
    <nav class="pages" aria-label="Pages of the list">
      {view.cursor === FIRST_PAGE ? null : <a href={toTrashPath({ ...view, cursor: FIRST_PAGE })}>First page</a>}
      {nextCursor === null ? null : (
        <a href={toTrashPath({ ...view, cursor: nextCursor })} rel="next">
          Next
        </a>
      )}
    </nav>
  );
}

function emptyInWords({ project, cursor }: TrashView): string {
  if (cursor !== FIRST_PAGE) return 'Nothing further lies in the trash.';
  return project === '' ? 'The trash is empty.' : 'Nothing of this project lies in the trash.';
}
