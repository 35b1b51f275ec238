import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { PREVIEW_SIZES } from '../../../domain/ingest-media';
import { parseName } from '../../../domain/names';
import { toPreviewKey } from '../../../domain/object-keys';
import type { ObjectStore } from '../../../objects/object-store';
import type { Database } from '../../../store/database';
import {
  findOpenShare,
  isShareFor,
  isShareOpen,
  listSharedAssets,
  noteVisit,
  type OpenShare,
  type ReadAt,
  type SharedAsset,
  type SharedMedia,
  type ShareVisit,
} from '../../../store/share-page';
import { hashShareToken } from '../../../store/share-token';
import { claimTry, forgiveTry } from '../../../store/share-tries';
import { ofObjects } from '../../media/object-faults';
import { sendObject, untilClosed } from '../../media/send-object';
import { toFileHeaders } from '../../media/file-headers';
import { forbidden, notFound } from '../../refusal';
import type { RouteGroup } from '../../route-group';
import type { Sessions } from '../../session';
import { readCookie } from '../../session-cookie';
import { MAX_PASSWORD_BYTES, type SharePasswords } from '../../share-password';
import { registerFormBody } from '../form-body';
import { toLoginPath } from '../next-path';
import { HTML } from '../page-headers';
import { sendZip, zipHeaders } from './download-all';
import { SHARE_HEADERS, sharePagesDialect } from './errors';
import { GONE_PAGE, renderPasswordPage, renderSharePage, sharePaths } from './share-page';
import { type ShareKeys, UNLOCK_SECONDS } from './unlock';
import { endWhenShut } from './watch';

export interface SharePagesDependencies {
  readonly db: Database;
  readonly objects: Pick<ObjectStore, 'stat' | 'read'>;
  readonly sessions: Sessions;
  readonly passwords: SharePasswords;
  readonly keys: ShareKeys;
  /** Of unlocks and delays. */
  readonly now: () => Date;
  /** By which shares are judged; null for the clock of the store. */
  readonly readAt: () => ReadAt;
}

/** From the try of a password to its answer: whoever looks at the clock learns nothing. */
const TRY_MS = 400;
/** Previews may be kept by the browser of the reader for so long. */
const PREVIEW_SECONDS = 60;

const params = z.object({ token: z.string() });
const assetParams = z.object({ token: z.string(), asset: z.string() });
const previewParams = assetParams.extend({ size: z.enum(PREVIEW_SIZES) });
const open = { config: { public: true } };

/** `/s/:token`: what the recipient of a link sees, and what lies below it. */
export function createSharePageRoutes(dependencies: SharePagesDependencies): RouteGroup {
  return {
    dialect: sharePagesDialect,
    prefixes: ['/s'],
    register: async (app) => {
      registerFormBody(app);
      app.addHook('onRoute', (route) => {
        route.schema = { ...route.schema, hide: true };
      });
      app.addHook('onRequest', (_request, reply, done) => {
        void reply.headers(SHARE_HEADERS);
        done();
      });
      await app.register(shareRoutes(dependencies));
    },
  };
}

type Entry =
  | { readonly kind: 'open'; readonly share: OpenShare; readonly userId: string | null }
  | { readonly kind: 'gone' }
  | { readonly kind: 'locked' }
  | { readonly kind: 'unknown_reader' };

function shareRoutes(dependencies: SharePagesDependencies): FastifyPluginAsyncZod {
  const { db, objects, sessions, passwords, keys, now, readAt } = dependencies;

  return (app) => {
    app.get('/s/:token', { ...open, schema: { params } }, async (request, reply) => {
      const { token } = request.params;
      const entry = await enter(request, token);
      if (entry.kind === 'gone') return gone(reply);
      if (entry.kind === 'locked') return reply.type(HTML).send(renderPasswordPage(token, 'none'));
      if (entry.kind === 'unknown_reader') return reply.redirect(toLoginPath(sharePaths(token).page), 303);
      const assets = await listSharedAssets(db, entry.share.id);
      if (isVisit(request)) await noteVisit(db, visitOf(request, entry, 'view', null));
      return reply.type(HTML).send(renderSharePage(token, entry.share, assets));
    });

    const form = z.strictObject({ password: z.string() });
    app.post('/s/:token/unlock', { ...open, schema: { params, body: form } }, async (request, reply) => {
      const { token } = request.params;
      const startedAt = performance.now();
      const outcome = await tryPassword(request, token, request.body.password);
      await until(startedAt + TRY_MS);
      if (outcome.kind === 'gone') return gone(reply);
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
      const cookie = `${cookieOf().name}=${keys.signUnlock(outcome.share, now().getTime())}; Path=${page}; Max-Age=${String(UNLOCK_SECONDS)}; HttpOnly; SameSite=Lax${cookieOf().secure ? '; Secure' : ''}`; // prettier-ignore
      return reply.header('set-cookie', cookie).redirect(page, 303);
    });

    app.route({
      method: ['GET', 'HEAD'],
      url: '/s/:token/assets/:asset/preview/:size',
      ...open,
      schema: { params: previewParams },
      handler: async (request, reply) => {
        const { token, asset, size } = request.params;
        const { share } = await enterOrFail(request, token);
        const { media } = await findShared(share, asset);
        if (!media.previews.includes(size)) throw notFound('there is no such preview');
        return send(request, reply, media, size);
      },
    });

    app.route({
      method: ['GET', 'HEAD'],
      url: '/s/:token/assets/:asset/download',
      ...open,
      schema: { params: assetParams },
      handler: async (request, reply) => {
        const entry = await enterToDownload(request, request.params.token);
        const { media, id } = await findShared(entry.share, request.params.asset);
        if (isVisit(request) && request.headers.range === undefined)
          await noteVisit(db, visitOf(request, entry, 'download', id));
        watch(reply, entry.share);
        return send(request, reply, media, 'original');
      },
    });

    app.get('/s/:token/download.zip', { ...open, schema: { params } }, async (request, reply) => {
      const entry = await enterToDownload(request, request.params.token);
      const assets = await listSharedAssets(db, entry.share.id);
      if (request.method === 'HEAD') return reply.headers(zipHeaders(entry.share)).send();
      if (isVisit(request)) await noteVisit(db, visitOf(request, entry, 'download_all', null));
      watch(reply, entry.share);
      const files = assets.flatMap(({ media }) => (media === null ? [] : [media]));
      return sendZip(reply.headers(zipHeaders(entry.share)), objects, files);
    });
    return Promise.resolve();
  };

  async function enter(request: FastifyRequest, token: string): Promise<Entry> {
    const share = await findOpenShare(db, hashShareToken(token), readAt());
    if (share === null) return { kind: 'gone' };
    const session = readCookie(request.headers.cookie, sessions.cookie);
    const user = session === null ? null : await sessions.find(session);
    if (share.type === 'user') {
      if (user === null) return { kind: 'unknown_reader' };
      if (!(await isShareFor(db, share.id, user.id))) return { kind: 'gone' };
    }
    if (share.passwordHash !== null) {
      const unlock = readCookie(request.headers.cookie, cookieOf());
      if (unlock === null || !keys.isUnlocked(share, unlock, now().getTime())) return { kind: 'locked' };
    }
    return { kind: 'open', share, userId: user?.id ?? null };
  }

  /** @throws Refusal 404 when the share is not open to the reader, for whatever reason */
  async function enterOrFail(request: FastifyRequest, token: string) {
    const entry = await enter(request, token);
    if (entry.kind !== 'open') throw notFound('this link does not work');
    return entry;
  }

  /** @throws Refusal also 403 when it is for looking only */
  async function enterToDownload(request: FastifyRequest, token: string) {
    const entry = await enterOrFail(request, token);
    if (!entry.share.permissions.includes('download')) throw forbidden('the link does not let you download');
    return entry;
  }

  async function findShared(share: OpenShare, name: string): Promise<SharedAsset & { readonly media: SharedMedia }> {
    const parsed = parseName(name);
    const [asset] = parsed?.by === 'uuid' ? await listSharedAssets(db, share.id, parsed.uuid) : [];
    if (asset === undefined || asset.media === null) throw notFound('there is no such file');
    return { ...asset, media: asset.media };
  }

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

  async function send(
    request: FastifyRequest,
    reply: FastifyReply,
    media: SharedMedia,
    variant: 'original' | (typeof PREVIEW_SIZES)[number],
  ): Promise<FastifyReply> {
    const key = variant === 'original' ? media.objectKey : toPreviewKey(media.objectKey, variant);
    const object = await ofObjects(objects.stat(key));
    if (object === null) throw notFound('there is no such file');
    const target = { mediaId: '', variant, filename: null };
    const headers = toFileHeaders(media, target, { sizeBytes: object.sizeBytes, secondsLeft: PREVIEW_SECONDS });
    const own = {
      'referrer-policy': SHARE_HEADERS['referrer-policy'],
      'cross-origin-resource-policy': 'same-origin',
      ...(variant === 'original' ? { 'cache-control': SHARE_HEADERS['cache-control'] } : {}),
    };
    return sendObject(request, reply, objects, object, { ...headers, ...own });
  }

  function watch(reply: FastifyReply, share: OpenShare): void {
    endWhenShut(untilClosed(reply), () => isShareOpen(db, share.id, share.version, readAt()), () => reply.raw.destroy()); // prettier-ignore
  }

  function visitOf(
    request: FastifyRequest,
    { share, userId }: Extract<Entry, { kind: 'open' }>,
    kind: ShareVisit['kind'],
    assetId: string | null,
  ): ShareVisit {
    return { shareId: share.id, kind, assetId, userId, addressHash: keys.hashAddress(request.ip) };
  }

  function cookieOf() {
    return { name: 'longhaul-share', secure: sessions.cookie.secure };
  }
}

/** False of what a browser or a messenger fetches for somebody who may never look. */
function isVisit({ method, headers }: FastifyRequest): boolean {
  return method === 'GET' && !/prefetch|prerender/.test(String(headers['sec-purpose'] ?? headers['purpose'] ?? ''));
}

function gone(reply: FastifyReply): FastifyReply {
  return reply.code(404).type(HTML).send(GONE_PAGE);
}

async function until(instantMs: number): Promise<void> {
  const leftMs = instantMs - performance.now();
  if (leftMs > 0) await new Promise((resolve) => setTimeout(resolve, leftMs));
}
