import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { MAX_ACTION_BYTES, parseDagAction } from '../../../schemas/dag-action';
import { applyDagAction } from '../../../store/dag-actions';
import { assertPermitted } from '../../dag-run-actions';
import { toUtf8 } from '../../plugins/json-body';
import { problemDialect } from '../../problem';
import { unprocessable } from '../../refusal';
import { validatorCompiler } from '../../validation';
import { actionParams } from './action-params';
import type { DagActionRoutesDependencies } from './routes';

const TYPES = ['application/yaml', 'application/x-yaml', 'text/yaml', 'application/json'] as const;

const applied = z
  .object({
    id: z.int(),
    uuid: z.uuid(),
    name: z.string(),
    version: z.int(),
    changed: z.boolean().describe('false: the newest version says the same already'),
  })
  .meta({ id: 'AppliedDagAction' });

const body = {
  content: Object.fromEntries(
    TYPES.map((type) => [
      type,
      { schema: type === 'application/json' ? z.looseObject({ name: z.string() }) : z.string().meta({ examples: ['name: Publish\nnodes:\n  - id: meta\n    uses: extract_metadata\n'] }) },
    ]),
  ),
}; // prettier-ignore

const MAX_DETAIL = 300;

/** `PUT /api/dag_actions/:name`: makes an action, or a new version of it. */
export function actionApplyRoutes({ db, now }: DagActionRoutesDependencies): FastifyPluginAsyncZod {
  return (app) => {
    // The text itself is kept, and its lines are told of: JSON is read as text too.
    app.removeContentTypeParser('application/json');
    app.addContentTypeParser([...TYPES], { parseAs: 'buffer' }, (request, sent, done) => {
      try {
        done(null, toUtf8(request, sent as Buffer).toString('utf8'));
      } catch (error) {
        done(error as Error);
      }
    });
    app.put(
      '/api/dag_actions/:name',
      {
        bodyLimit: MAX_ACTION_BYTES,
        // The handler reads the body, so that its faults are told with their lines.
        validatorCompiler: (part) =>
          part.httpPart === 'body' ? (value: unknown) => ({ value }) : validatorCompiler(part as never),
        schema: {
          summary: 'Apply an action',
          description:
            'Makes the action, or a new version of it when it says something else than the newest one; runs keep to the ' +
            'version that they began with. The body is YAML or JSON, 512 KiB at most, and calls itself as the path does. ' +
            'Faults are told all at once, with line and column. For administrators and holders of ACTIONS_MANAGE.',
          tags: ['actions'],
          params: actionParams,
          body: body as never,
          response: { 200: applied, 201: applied, ...problemDialect.errors(403, 422) },
        },
      },
      async (request, reply) => {
        const { user } = request;
        await assertPermitted(db, user, 'ACTIONS_MANAGE');
        const source = typeof request.body === 'string' ? request.body : '';
        const reading = parseDagAction(source, request.params.name);
        if ('faults' in reading) {
          const fields = reading.faults.map(({ path, ...fault }) => ({ field: path === '' ? 'body' : path, ...fault }));
          const [first] = fields;
          const detail = first === undefined ? 'is no valid action' : `line ${String(first.line)}: ${first.field} ${first.message}`; // prettier-ignore
          throw unprocessable('action_invalid', detail.slice(0, MAX_DETAIL), fields);
        }
        const { id, uuid, name, version, changed } = await applyDagAction(
          db,
          reading.definition,
          source,
          user.id,
          now(),
        );
        const isNew = changed && version === 1;
        void reply.code(isNew ? 201 : 200).header('location', `/api/dag_actions/${encodeURIComponent(name)}`);
        return { id: Number(id), uuid, name, version, changed };
      },
    );
    return Promise.resolve();
  };
}
