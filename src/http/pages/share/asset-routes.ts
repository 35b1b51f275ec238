import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { parseName } from '../../../domain/names';
import { findShareCommentFaults } from '../../../domain/share-comment';
import { addShareComment, listShareComments } from '../../../store/share-comments';
import { noteVisit } from '../../../store/share-page';
import { listSharedAssets, listSharedFolder, type PlacedSharedAsset } from '../../../store/share-shown';
import { forbidden, notFound } from '../../refusal';
import { HTML } from '../page-headers';
import type { CommentDraft, ShareCommentsView } from './comments-view';
import { open, type SharePagesDependencies } from './dependencies';
import { isVisit, type OpenEntry, sendClosed, type ShareEntries } from './entry';
import { sharePaths } from './paths';
import { renderSharedAssetPage, renderSharePage, type SharedList } from './share-page';

const ASSETS_OF_PAGE = 100;
const COMMENTS_OF_PAGE = 50;

const params = z.object({ token: z.string() });
const assetParams = params.extend({ asset: z.string() });
// Others are let pass: mail and messengers add their own to a link.
const query = z.object({ after: z.string().optional(), before: z.string().optional() });
const form = z.strictObject({ message: z.string(), name: z.string().optional(), form: z.string() });

/** The page of a share, of a folder or file in it, and what is said there. */
export function shareAssetRoutes(
  dependencies: SharePagesDependencies,
  { enter, findShown, visitOf }: ShareEntries,
): FastifyPluginAsyncZod {
  const { db, keys, sessions, now, readAt } = dependencies;

  return (app) => {
    app.get('/s/:token', { ...open, schema: { params, querystring: query } }, async (request, reply) => {
      const { token } = request.params;
      const entry = await enter(request, token);
      if (entry.kind !== 'open') return sendClosed(reply, token, entry);
      const list = toList(await listSharedAssets(db, entry.share.id, pageOf(request.query)));
      if (isVisit(request)) await noteVisit(db, visitOf(request, entry, 'view', null));
      return reply.type(HTML).send(renderSharePage(token, entry.share, list));
    });

    app.get(
      '/s/:token/assets/:asset',
      { ...open, schema: { params: assetParams, querystring: query } },
      async (request, reply) => {
        // prettier-ignore
        const { token } = request.params;
        const entry = await enter(request, token);
        if (entry.kind !== 'open') return sendClosed(reply, token, entry);
        const asset = await findShown(entry, request.params.asset);
        if (isVisit(request)) await noteVisit(db, visitOf(request, entry, 'view', asset.id));
        return sendAsset(reply, token, entry, asset, request.query, null);
      },
    );

    app.post(
      '/s/:token/assets/:asset/comments',
      { ...open, schema: { params: assetParams, body: form } },
      async (request, reply) => {
        // prettier-ignore
        const { token } = request.params;
        assertNotForeign(request);
        const entry = await enter(request, token);
        if (entry.kind !== 'open') return sendClosed(reply, token, entry);
        if (!mayComment(entry)) throw forbidden('the link does not let you comment');
        const asset = await findShown(entry, request.params.asset);
        const refused = await takeComment(request, entry, asset, request.body);
        if (refused === null) return reply.redirect(`${sharePaths(token).asset(asset)}#comments`, 303);
        const { status, retryAfterSeconds, draft } = refused;
        if (retryAfterSeconds !== undefined) void reply.header('retry-after', retryAfterSeconds);
        return sendAsset(reply.code(status), token, entry, asset, {}, draft);
      },
    );
    return Promise.resolve();
  };

  async function sendAsset(
    reply: FastifyReply,
    token: string,
    entry: OpenEntry,
    asset: PlacedSharedAsset,
    asked: z.output<typeof query>,
    draft: CommentDraft | null,
  ): Promise<FastifyReply> {
    const { share } = entry;
    const isFolder = asset.mediaType === 'folder';
    const list = isFolder ? toList(await listSharedFolder(db, share.id, asset.id, pageOf(asked))) : null;
    const comments = mayComment(entry) ? await viewComments(entry, asset, asked.before, draft) : null;
    return reply.type(HTML).send(renderSharedAssetPage(token, share, asset, list, comments));
  }

  async function viewComments(
    entry: OpenEntry,
    asset: PlacedSharedAsset,
    asked: string | undefined,
    draft: CommentDraft | null,
  ): Promise<ShareCommentsView> {
    const name = asked === undefined ? null : parseName(asked);
    const before = name?.by === 'id' ? name.id : null;
    const found = await listShareComments(db, entry.share.id, asset.id, { before, limit: COMMENTS_OF_PAGE + 1 });
    const comments = found.slice(-COMMENTS_OF_PAGE);
    return {
      comments,
      olderThan: found.length > COMMENTS_OF_PAGE ? (comments[0]?.id ?? null) : null,
      writer: writerOf(entry) === null ? 'guest' : 'user',
      form: keys.signForm(entry.share, writerOf(entry) ?? '', now().getTime()),
      draft,
    };
  }

  /** Null when it was taken. */
  async function takeComment(
    request: FastifyRequest,
    entry: OpenEntry,
    asset: PlacedSharedAsset,
    sent: z.output<typeof form>,
  ): Promise<{ status: number; retryAfterSeconds?: number; draft: CommentDraft } | null> {
    const userId = writerOf(entry);
    // Browsers send line breaks as CR LF, and count them as one.
    const message = sent.message.replaceAll('\r\n', '\n');
    const name = sent.name ?? '';
    const refuse = (status: number, faults: CommentDraft['faults']) => ({ status, draft: { message, name, faults } });
    const faults = findShareCommentFaults({ message, name: userId === null ? name : null });
    if (Object.keys(faults).length > 0) return refuse(422, faults);
    if (!keys.isOwnForm(entry.share, userId ?? '', sent.form, now().getTime()))
      return refuse(403, { form: 'This page was open for too long. Send it again.' });
    const outcome = await addShareComment(db, {
      share: entry.share,
      assetUuid: asset.uuid,
      message,
      author: userId === null ? { guestName: name.trim() } : { userId },
      addressHash: keys.hashAddress(request.ip),
      now: now(),
      readAt: readAt(),
    });
    if (outcome.kind === 'added') return null;
    if (outcome.kind === 'refused') throw notFound('this link does not work');
    const retryAfterSeconds = Math.ceil(outcome.waitMs / 1_000);
    const minutes = String(Math.ceil(retryAfterSeconds / 60));
    return { ...refuse(429, { form: `There were many comments at once. Try again in ${minutes} min.` }), retryAfterSeconds }; // prettier-ignore
  }

  /** @throws Refusal 403 for what a browser says to be sent by a page of another site */
  function assertNotForeign({ headers }: FastifyRequest): void {
    const site = headers['sec-fetch-site'];
    const { origin } = headers;
    const isOwnSite = site === undefined || site === 'same-origin' || site === 'none';
    // Our own pages send `null`, for they have no referrer.
    const isOwnOrigin = origin === undefined || origin === 'null' || origin === sessions.origin;
    if (!isOwnSite || !isOwnOrigin) throw forbidden('this can be sent by its own page only', 'origin_refused');
  }
}

/** The user who writes (store id); null for a guest: who is signed in is asked for by shares for users only. */
function writerOf({ share, userId }: OpenEntry): string | null {
  return share.type === 'user' ? userId : null;
}

function mayComment({ share }: OpenEntry): boolean {
  return share.permissions.includes('comment');
}

function pageOf({ after }: z.output<typeof query>) {
  const name = after === undefined ? null : parseName(after);
  return { after: name?.by === 'uuid' ? name.uuid : null, limit: ASSETS_OF_PAGE + 1 };
}

function toList(found: SharedList['assets']): SharedList {
  return { assets: found.slice(0, ASSETS_OF_PAGE), hasMore: found.length > ASSETS_OF_PAGE };
}
