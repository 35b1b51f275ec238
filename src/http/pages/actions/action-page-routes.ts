import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Principal } from '../../../domain/credentials';
import { readInputs } from '../../../domain/dag-inputs';
import { parseName } from '../../../domain/names';
import { findReadableAsset } from '../../../store/asset-access';
import { listActionVersions, readActionSource } from '../../../store/dag-action-versions';
import { type DagActionRecord, findDagAction, listDagActions, readDagActionVersion } from '../../../store/dag-actions';
import { listRunsOfAction } from '../../../store/dag-run-shown';
import { hasPermission } from '../../../store/permissions';
import { createDagRunActions } from '../../dag-run-actions';
import { readIdempotencyKey } from '../../idempotency-key';
import { notFound, Refusal } from '../../refusal';
import type { PagesDependencies } from '../dependencies';
import { HTML } from '../page-headers';
import { INPUT_FIELD, readFields } from './action-form';
import { type RefusedStart, renderActionPage } from './action-page';
import { renderActionsPage, renderNoActionsPage } from './actions-page';
import type { LayoutOf } from './layouts';

const params = z.object({ name: z.string() });
const query = z.strictObject({
  version: z
    .string()
    .regex(/^[1-9][0-9]{0,8}$/, 'must be a number')
    .optional(),
});
const startForm = z.object({ asset: z.string(), idempotency_key: z.string().optional() }).catchall(z.string());

const SHOWN_RUNS = 20;
const SHOWN_VERSIONS = 50;

/** `/actions`, `/actions/:name`, and the form there that starts a run. */
export function actionPageRoutes(dependencies: PagesDependencies, layoutOf: LayoutOf): FastifyPluginAsyncZod {
  const { db } = dependencies;
  const runs = createDagRunActions(dependencies);
  const mayView = (user: Principal) => hasPermission(db, user.id, 'ACTIONS_VIEW');

  async function open(name: string, version?: string): Promise<DagActionRecord> {
    const newest = await findDagAction(db, name);
    const action =
      newest === null || version === undefined ? newest : await readDagActionVersion(db, newest.id, Number(version));
    if (action === null) throw notFound('there is no such action', 'action_not_found');
    return action;
  }

  async function draw(action: DagActionRecord, user: Principal, refused: RefusedStart | null): Promise<string> {
    const [source, versions, listed, mayStart] = await Promise.all([
      readActionSource(db, action.id, action.version),
      listActionVersions(db, action.id, SHOWN_VERSIONS),
      listRunsOfAction(db, action.id, user, SHOWN_RUNS),
      hasPermission(db, user.id, 'ACTIONS_START'),
    ]);
    return renderActionPage({
      user,
      action,
      source: source ?? '',
      versions,
      layout: layoutOf(action),
      runs: listed,
      mayStart,
      refused,
      idempotencyKey: randomUUID(),
    });
  }

  /** The address of the run that was started, or what has to be mended. */
  async function start(
    action: DagActionRecord,
    { asset: text, idempotency_key, ...form }: z.infer<typeof startForm>,
    user: Principal,
  ): Promise<string | RefusedStart> {
    const { inputs } = action.definition;
    const types = Object.fromEntries(Object.entries(inputs).map(([name, { type }]) => [name, type]));
    const reading = readFields(types, INPUT_FIELD, form);
    const name = parseName(text.trim());
    const asset = name === null ? null : await findReadableAsset(db, name, user);
    const faults = {
      ...faultsOf(action, reading.values),
      ...reading.faults,
      ...(asset === null && { asset: 'names no asset that you may read' }),
    };
    const refused = { form: { ...form, asset: text }, faults, message: null };
    if (asset === null || Object.keys(faults).length > 0) return refused;
    try {
      const wish = { readInputs: () => reading.values, idempotencyKey: readIdempotencyKey(idempotency_key) };
      const run = await runs.start(asset, action.id, wish, user);
      return `/runs/${run.id}`;
    } catch (error) {
      if (!(error instanceof Refusal) || error.statusCode >= 500) throw error;
      return { ...refused, message: `Nothing was started: ${error.message}.` };
    }
  }

  return (app) => {
    app.get('/actions', async (request, reply) => {
      const { user } = request;
      if (!(await mayView(user))) return reply.code(403).type(HTML).send(renderNoActionsPage(user));
      return reply.type(HTML).send(renderActionsPage({ user, actions: await listDagActions(db), layoutOf }));
    });

    app.get('/actions/:name', { schema: { params, querystring: query } }, async (request, reply) => {
      const { user } = request;
      if (!(await mayView(user))) return reply.code(403).type(HTML).send(renderNoActionsPage(user));
      const action = await open(request.params.name, request.query.version);
      return reply.type(HTML).send(await draw(action, user, null));
    });

    app.post('/actions/:name/start', { schema: { params, body: startForm } }, async (request, reply) => {
      const { user } = request;
      if (!(await mayView(user))) return reply.code(403).type(HTML).send(renderNoActionsPage(user));
      const action = await open(request.params.name);
      const outcome = await start(action, request.body, user);
      if (typeof outcome === 'string') return reply.redirect(outcome, 303);
      return reply
        .code(422)
        .type(HTML)
        .send(await draw(action, user, outcome));
    });

    // Whoever reloads a page that told of a refusal, or comes back to it by its address.
    app.get('/actions/:name/start', { schema: { params } }, (request, reply) =>
      reply.redirect(`/actions/${encodeURIComponent(request.params.name)}`, 303),
    );
    return Promise.resolve();
  };
}

/** What is wrong with inputs, by their names; those with a fault of their own already are overwritten by it. */
function faultsOf({ definition }: DagActionRecord, values: Readonly<Record<string, unknown>>): Record<string, string> {
  const reading = readInputs(definition.inputs, values);
  if (reading.kind === 'fine') return {};
  return Object.fromEntries(reading.faults.map(({ input, message }) => [input, message]));
}
