import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { findOpenShare } from '../../../store/share-page';
import { hashShareToken } from '../../../store/share-token';
import { claimTry, forgiveTry } from '../../../store/share-tries';
import { MAX_PASSWORD_BYTES } from '../../share-password';
import { HTML } from '../page-headers';
import { open, type SharePagesDependencies } from './dependencies';
import { sendClosed, unlockCookie } from './entry';
import { holdUntil } from './hold';
import { renderPasswordPage } from './password-page';
import { sharePaths } from './paths';
import { UNLOCK_SECONDS } from './unlock';

/** From the try of a password to its answer: whoever looks at the clock learns nothing. */
const TRY_MS = 400;

const params = z.object({ token: z.string() });
const form = z.strictObject({ password: z.string() });

/** `POST /s/:token/unlock`: the form of the password. */
export function sharePasswordRoutes(dependencies: SharePagesDependencies): FastifyPluginAsyncZod {
  const { db, passwords, keys, now, readAt } = dependencies;
  const cookie = unlockCookie(dependencies);

  return (app) => {
    app.post('/s/:token/unlock', { ...open, schema: { params, body: form } }, async (request, reply) => {
      const { token } = request.params;
      const startedAt = performance.now();
      const outcome = await tryPassword(request, token, request.body.password);
      await holdUntil(startedAt + TRY_MS);
      if (outcome.kind === 'gone') return sendClosed(reply, token, outcome);
      if (outcome.kind === 'wrong') return reply.code(403).type(HTML).send(renderPasswordPage(token, 'wrong'));
      if (outcome.kind === 'wait') {
        const waitSeconds = Math.ceil(outcome.waitMs / 1_000);
        return reply
          .code(429)
          .header('retry-after', waitSeconds)
          .type(HTML)
          .send(renderPasswordPage(token, { waitSeconds }));
      }
      const { page } = sharePaths(token);
      const value = `${cookie.name}=${keys.signUnlock(outcome.share, now().getTime())}; Path=${page}; Max-Age=${String(UNLOCK_SECONDS)}; HttpOnly; SameSite=Lax${cookie.secure ? '; Secure' : ''}`; // prettier-ignore
      return reply.header('set-cookie', value).redirect(page, 303);
    });
    return Promise.resolve();
  };

  async function tryPassword(request: FastifyRequest, token: string, password: string) {
    const share = await findOpenShare(db, hashShareToken(token), readAt());
    const tried = Buffer.byteLength(password) > MAX_PASSWORD_BYTES ? '' : password;
    const hashed = share?.passwordHash ?? null;
    if (share === null || hashed === null) {
      await passwords.verify(tried, null);
      return share === null ? ({ kind: 'gone' } as const) : ({ kind: 'right', share } as const);
    }
    const address = keys.hashAddress(request.ip);
    const waitMs = await claimTry(db, share.id, address, now());
    if (waitMs > 0) return { kind: 'wait', waitMs } as const;
    if (!(await passwords.verify(tried, hashed))) return { kind: 'wrong' } as const;
    await forgiveTry(db, share.id, address);
    return { kind: 'right', share } as const;
  }
}
