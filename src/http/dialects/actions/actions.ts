import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { dagActionJsonSchema } from '../../../schemas/dag-action-json-schema';
import { findDagAction, listDagActions, readDagActionSource, readDagActionVersion } from '../../../store/dag-actions';
import { assertPermitted } from '../../dag-run-actions';
import { problemDialect } from '../../problem';
import { notFound, type Refusal } from '../../refusal';
import { actionAnswer, actionDetails, toActionAnswer, toActionDetails } from './action-answer';
import { actionParams } from './action-params';
import type { DagActionRoutesDependencies } from './routes';

const listAnswer = z.object({ dag_actions: z.array(actionAnswer) }).meta({ id: 'ActionVersionList' });

const versionQuery = z.strictObject({
  version: z
    .string()
    .regex(/^[1-9][0-9]{0,8}$/, 'must be a whole number from 1')
    .transform(Number)
    .optional()
    .describe('Absent: the newest one'),
});

/** Which actions there are, what one says, and the schema of their files. */
export function actionReadRoutes({ db }: DagActionRoutesDependencies): FastifyPluginAsyncZod {
  const tags = ['actions'];
  return (app) => {
    app.get(
      '/api/dag_actions',
      {
        schema: {
          summary: 'The actions, by category and name',
          description: 'Each at its newest version. Needs the permission ACTIONS_VIEW.',
          tags,
          response: { 200: listAnswer, ...problemDialect.errors(403) },
        },
      },
      async ({ user }) => {
        await assertPermitted(db, user, 'ACTIONS_VIEW');
        return { dag_actions: (await listDagActions(db)).map(toActionAnswer) };
      },
    );

    app.get(
      '/api/dag_actions/schema.json',
      {
        config: { public: true },
        schema: {
          summary: 'The JSON Schema of the file of an action',
          description: 'For editors. Open to everybody.',
          tags,
          security: [],
          response: { 200: z.record(z.string(), z.unknown()) },
        },
      },
      () => dagActionJsonSchema(),
    );

    app.get(
      '/api/dag_actions/:name',
      {
        schema: {
          summary: 'What an action says',
          description: 'With everything filled in, and the text that was applied. Needs the permission ACTIONS_VIEW.',
          tags,
          params: actionParams,
          querystring: versionQuery,
          response: { 200: actionDetails, ...problemDialect.errors(403, 404) },
        },
      },
      async ({ params: { name }, query: { version }, user }) => {
        await assertPermitted(db, user, 'ACTIONS_VIEW');
        const newest = isStorable(name) ? await findDagAction(db, name) : null;
        if (newest === null) throw noSuchAction();
        const action = version === undefined ? newest : await readDagActionVersion(db, newest.id, version);
        const text = action === null ? null : await readDagActionSource(db, action.id, action.version);
        if (action === null || text === null)
          throw notFound(`there is no version ${String(version)} of it`, 'version_not_found');
        return toActionDetails(action, text);
      },
    );
    return Promise.resolve();
  };
}

/** The store has no form for such texts, so nothing is called by one. */
function isStorable(name: string): boolean {
  return !/[\0\p{Cs}]/u.test(name);
}

function noSuchAction(): Refusal {
  return notFound('there is no such action', 'action_not_found');
}
