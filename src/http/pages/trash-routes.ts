import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Principal } from '../../domain/credentials';
import { isUuid } from '../../domain/names';
import { listReadableProjects } from '../../store/readable-names';
import { listTrash, type TrashPosition } from '../../store/trash-list';
import { badField } from '../refusal';
import type { PagesDependencies } from './dependencies';
import { MAX_PROJECTS } from './home-routes';
import { openProject } from './open-project';
import { HTML } from './page-headers';
import { findRestored, NO_OUTCOME, parseRestoredText, toRestoredText, type TrashOutcome } from './trash-outcome';
import { renderTrashPage } from './trash-page';
import { restoreEach } from './trash-restoring';
import { FIRST_PAGE, parseTrashCursor, toTrashCursor, toTrashPath, type TrashView } from './trash-view';

const PAGE_LENGTH = 25;
/** As many uuids, each with a job token. */
const MAX_RESTORED_TEXT = PAGE_LENGTH * 74;

const place = { project: z.string().default(''), cursor: z.string().default(FIRST_PAGE) };
const pageQuery = z.strictObject({ ...place, restored: z.string().max(MAX_RESTORED_TEXT).default('') });
/** `asset` is that of the button; each ticked box has a field of its own, since no field may come twice. */
const restoreForm = z.object({ ...place, asset: z.string().optional() }).catchall(z.string());
const BOX = 'pick-';

/** A view whose names have been looked up. */
interface OpenView {
  readonly view: TrashView;
  readonly projectId: string | undefined;
  readonly after: TrashPosition | undefined;
}

/** `/trash`, and what its buttons do. */
export function trashRoutes(dependencies: PagesDependencies): FastifyPluginAsyncZod {
  const { db, trashRetentionMs, now } = dependencies;

  async function open({ project: text, cursor }: TrashView, user: Principal): Promise<OpenView> {
    const after = parseTrashCursor(cursor);
    const project = text === '' ? null : await openProject(db, text, user);
    return { view: { project: project?.uuid ?? '', cursor }, projectId: project?.id, after };
  }

  async function render({ view, projectId, after }: OpenView, user: Principal, outcome: TrashOutcome): Promise<string> {
    const [projects, found] = await Promise.all([
      listReadableProjects(db, user, MAX_PROJECTS),
      listTrash(db, user, { projectId, after, limit: PAGE_LENGTH + 1 }),
    ]);
    const assets = found.slice(0, PAGE_LENGTH);
    const last = found.length > PAGE_LENGTH ? assets.at(-1) : undefined;
    const nextCursor = last === undefined ? null : toTrashCursor(last);
    return renderTrashPage({ user, assets, view, projects, nextCursor, outcome, retentionMs: trashRetentionMs, nowMs: now().getTime() }); // prettier-ignore
  }

  return (app) => {
    app.get('/trash', { schema: { querystring: pageQuery } }, async (request, reply) => {
      const { user, query } = request;
      const opened = await open(query, user);
      const restored = await findRestored(db, user, parseRestoredText(query.restored));
      return reply.type(HTML).send(await render(opened, user, { ...NO_OUTCOME, restored }));
    });

    app.post('/trash/restore', { schema: { body: restoreForm } }, async (request, reply) => {
      const { user, body } = request;
      const chosen = chosenIn(body);
      const opened = await open(body, user);
      if (chosen.length === 0) {
        const page = await render(opened, user, { ...NO_OUTCOME, nothingChosen: true });
        return reply.code(400).type(HTML).send(page);
      }
      const { restored, refused, status } = await restoreEach(dependencies, chosen, user);
      if (refused.length === 0) {
        return reply.redirect(toTrashPath(opened.view, { restored: toRestoredText(restored) }), 303);
      }
      // The reasons are words, which no address carries: they are told in the answer itself.
      const outcome = { restored: await findRestored(db, user, restored), refused, nothingChosen: false };
      const page = await render(opened, user, outcome);
      return reply.code(status).type(HTML).send(page);
    });

    // Whoever reloads a page that told of a refusal, or comes back to it by its address.
    app.get('/trash/restore', (_request, reply) => reply.redirect('/trash', 303));
    return Promise.resolve();
  };
}

function chosenIn({
  project: _project,
  cursor: _cursor,
  asset,
  ...boxes
}: z.infer<typeof restoreForm>): readonly string[] {
  const ticked = Object.keys(boxes).map((name) => {
    const uuid = name.startsWith(BOX) ? name.slice(BOX.length) : '';
    if (!isUuid(uuid)) throw badField(name, 'is not a field of this form');
    return uuid;
  });
  const chosen = asset === undefined ? ticked : [asset];
  if (chosen.length > PAGE_LENGTH) throw badField('body', `may choose ${String(PAGE_LENGTH)} at most`);
  if (!chosen.every(isUuid)) throw badField('asset', 'must be a uuid');
  return chosen;
}
