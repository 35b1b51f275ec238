import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { changeWebhook } from '../../../store/webhook-change';
import { createWebhook, deleteWebhook, listWebhooks, MAX_WEBHOOKS } from '../../../store/webhooks';
import { idempotencyHeaders, readIdempotencyKey } from '../../idempotency-key';
import { problemDialect } from '../../problem';
import { badRequest, conflict, notFound, unprocessable } from '../../refusal';
import { ofProject, ofWebhook, openProject, openWebhook } from './open-webhook';
import type { WebhookRoutesDependencies } from './routes';
import { toWebhookAnswer, webhookAnswer, webhooksAnswer, webhookWithSecret } from './webhook-answer';
import { readSecret, readUrl, webhookBody, webhookPatch } from './webhook-body';

const tags = ['webhooks'];
const errors = (...statuses: number[]) => problemDialect.errors(403, 404, ...statuses);

/** `/api/p/:gid/webhooks`: who is told of what happens in a project. */
export function webhookRoutes(dependencies: WebhookRoutesDependencies): FastifyPluginAsyncZod {
  const { db, webhookSeals: seals, judgeUrl, requiresHttps, now } = dependencies;
  return (app) => {
    app.post(
      '/api/p/:gid/webhooks',
      {
        schema: {
          summary: 'Make a webhook',
          description:
            'From now on what happens in the project is posted to the URL, signed as Standard Webhooks has it. The secret ' +
            'is answered this once: it is kept sealed. For who manages the project; at most ' +
            `${String(MAX_WEBHOOKS)} to a project.`,
          tags,
          params: ofProject,
          headers: idempotencyHeaders,
          body: webhookBody,
          response: { 200: webhookWithSecret, 201: webhookWithSecret, ...errors(409, 422) },
        },
      },
      async (request, reply) => {
        const { body, user } = request;
        const key = readIdempotencyKey(request.headers['idempotency-key']);
        const project = await openProject(db, request.params.gid, user);
        const url = readUrl(body.url, judgeUrl, requiresHttps);
        const events = [...new Set(body.events)];
        const secret = body.secret ?? null;
        const idempotency =
          key === null ? null : { key, request: JSON.stringify(['webhook', project.uuid, url, events, secret]) };
        const order = { project, createdBy: user.id, url, events, secret, idempotency, now: now() };
        const creation = await createWebhook(db, order, seals);
        switch (creation.kind) {
          case 'conflict':
            throw unprocessable('idempotency_key_reused', 'this Idempotency-Key was used for another request');
          case 'too_many':
            throw conflict('too_many_webhooks', `a project has ${String(MAX_WEBHOOKS)} webhooks at most`);
          case 'created':
          case 'existing': {
            const { webhook } = creation;
            const path = `/api/p/${webhook.projectUuid}/webhooks/${webhook.uuid}`;
            void reply.code(creation.kind === 'created' ? 201 : 200).header('location', path);
            return { ...toWebhookAnswer(webhook), secret: creation.secret };
          }
        }
      },
    );

    app.get(
      '/api/p/:gid/webhooks',
      { schema: { summary: 'The webhooks of a project', tags, params: ofProject, response: { 200: webhooksAnswer, ...errors() } } }, // prettier-ignore
      async ({ params, user }) => {
        const project = await openProject(db, params.gid, user);
        return { webhooks: (await listWebhooks(db, project.id, seals)).map(toWebhookAnswer) };
      },
    );

    app.get(
      '/api/p/:gid/webhooks/:webhook',
      { schema: { summary: 'A webhook', tags, params: ofWebhook, response: { 200: webhookAnswer, ...errors() } } },
      async ({ params, user }) => toWebhookAnswer(await openWebhook(db, seals, params, user)),
    );

    app.patch(
      '/api/p/:gid/webhooks/:webhook',
      {
        schema: {
          summary: 'Change a webhook, or its secret',
          description:
            'What is absent stays. With `rotate_secret` or `secret` the new secret is answered, once, and for 24 hours ' +
            'two signatures are sent. A webhook that is enabled again is told of what happens from then on.',
          tags,
          params: ofWebhook,
          body: webhookPatch,
          response: { 200: z.union([webhookWithSecret, webhookAnswer]), ...errors() },
        },
      },
      async ({ params, body, user }) => {
        const webhook = await openWebhook(db, seals, params, user);
        if (Object.keys(body).length === 0) throw badRequest('invalid_request', 'the body names nothing to change');
        const secret = readSecret(body);
        const { events, disabled } = body;
        const change = {
          url: body.url === undefined ? undefined : readUrl(body.url, judgeUrl, requiresHttps),
          events: events === undefined ? undefined : [...new Set(events)],
          disabled,
          secret,
        };
        if (!(await changeWebhook(db, webhook, change, seals, now()))) throw gone();
        const answer = toWebhookAnswer(await openWebhook(db, seals, params, user));
        return secret === undefined ? answer : { ...answer, secret };
      },
    );

    app.delete(
      '/api/p/:gid/webhooks/:webhook',
      {
        schema: {
          summary: 'Remove a webhook with its log',
          tags,
          params: ofWebhook,
          response: { 204: z.null(), ...errors() },
        },
      },
      async ({ params, user }, reply) => {
        const webhook = await openWebhook(db, seals, params, user);
        if (!(await deleteWebhook(db, webhook.id))) throw gone();
        return reply.code(204).send(null);
      },
    );
    return Promise.resolve();
  };
}

/** Somebody removed it in the very moment. */
const gone = () => notFound('there is no such webhook', 'webhook_not_found');
