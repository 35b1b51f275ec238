import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { assertOwnOrigin, SESSION_SECONDS } from '../session';
import { readCookie, writeCookie } from '../session-cookie';
import type { PagesDependencies } from './dependencies';
import { renderLoginPage } from './login-page';
import { toNextPath } from './next-path';
import { HTML } from './page-headers';

const loginQuery = z.strictObject({ next: z.string().optional() });
const loginForm = z.strictObject({ api_key: z.string(), next: z.string().optional() });

/** `/login` turns an API key into a session; `POST /logout` ends it in this browser. */
export function loginRoutes({ sessions }: PagesDependencies): FastifyPluginAsyncZod {
  const { cookie } = sessions;
  return (app) => {
    app.get('/login', { config: { public: true }, schema: { querystring: loginQuery } }, async (request, reply) => {
      const next = toNextPath(request.query.next);
      const session = readCookie(request.headers.cookie, cookie);
      if (session !== null && (await sessions.find(session)) !== null) return reply.redirect(next, 303);
      return reply.type(HTML).send(renderLoginPage({ next, refused: false }));
    });

    app.post('/login', { config: { public: true }, schema: { body: loginForm }, onRequest }, async (request, reply) => {
      const next = toNextPath(request.body.next);
      const session = await sessions.open(request.body.api_key.trim());
      if (session === null)
        return reply
          .code(403)
          .type(HTML)
          .send(renderLoginPage({ next, refused: true }));
      return reply.header('set-cookie', writeCookie(cookie, session, SESSION_SECONDS)).redirect(next, 303);
    });

    app.post('/logout', { config: { public: true }, onRequest }, async (_request, reply) =>
      reply.header('set-cookie', writeCookie(cookie, '', 0)).redirect('/login', 303),
    );
    return Promise.resolve();
  };

  /** Nobody is signed in, or out, by somebody else's page. */
  function onRequest(request: Parameters<typeof assertOwnOrigin>[0], _reply: unknown, done: () => void): void {
    assertOwnOrigin(request, sessions);
    done();
  }
}
