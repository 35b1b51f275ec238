import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Principal } from '../../../domain/credentials';
import { parseName } from '../../../domain/names';
import { type CommentRecord, findComment, listComments } from '../../../store/comment-reading';
import { addComment, deleteComment, updateComment } from '../../../store/comments';
import type { Database } from '../../../store/database';
import { documentedOnly, readParameters, serializedAsTyped } from '../../parameters';
import { notFound, type Refusal } from '../../refusal';
import { assetNotFound, assetParams, notAllowed, openAsset } from './asset-access';
import { changedCommentAnswer, commentAnswer, commentsAnswer, toCommentAnswer } from './comments-answer';
import { commentBody, commentParams } from './comments-parameters';
import type { MediaPocketDependencies } from './dependencies';
import { mediaPocketDialect } from './errors';
import { NEWEST_PAGE, newestPageQuery, readNewestPage, showNewestPage } from './newest-page';

const OF_ASSET = '/api/v2/assets/:asset_id/comments';
const OF_COMMENT = `${OF_ASSET}/:comment_id`;
const MAY_COMMENT = 'Who may read an asset may comment on it. `@ann@example.com` in the text mentions that user.';
const OWN_ONLY = 'Only who wrote the comment may do this, and administrators.';
const OWN_OR_SHARED = `${OWN_ONLY} So may whose share it was written on.`;

const deletedAnswer = z.object({ ok: z.literal('comment deleted') }).meta({ id: 'CommentDeleted' });

/** Comments on an asset. */
export function commentRoutes({ store: { db }, now }: MediaPocketDependencies): FastifyPluginAsyncZod {
  const tags = ['assets'];
  const errors = (...statuses: number[]) => mediaPocketDialect.errors(404, ...statuses);
  return (app) => {
    app.get(
      OF_ASSET,
      {
        ...documentedOnly,
        ...serializedAsTyped,
        schema: {
          summary: 'All comments',
          description: NEWEST_PAGE,
          tags,
          params: assetParams,
          querystring: newestPageQuery,
          response: { 200: commentsAnswer, ...errors(422) },
        },
      },
      async (request, reply) => {
        const name = parseName(request.params.asset_id);
        const { page, fault } = readNewestPage(request.query);
        const found = name === null ? null : await listComments(db, name, request.user, page.range);
        if (found === null) throw assetNotFound();
        if (fault !== null) throw fault;
        const { shown, next } = showNewestPage(page, found, reply);
        return { comments: shown.map(toCommentAnswer), ...next };
      },
    );

    app.post(
      OF_ASSET,
      {
        ...documentedOnly,
        schema: {
          summary: 'Create comment',
          description: MAY_COMMENT,
          tags,
          params: assetParams,
          body: commentBody,
          response: { 200: commentAnswer, ...errors(422) },
        },
      },
      async (request) => {
        const asset = await openAsset(db, request.params.asset_id, request.user);
        const { comment: message } = readParameters(commentBody, request.body);
        const made = await addComment(db, { assetId: asset.id, actorId: request.user.id, message, at: now() });
        if (made === null) throw assetNotFound();
        return { comment: toCommentAnswer(made) };
      },
    );

    app.post(
      OF_COMMENT,
      {
        ...documentedOnly,
        schema: {
          summary: 'Update comment',
          description: OWN_ONLY,
          tags,
          params: commentParams,
          body: commentBody,
          response: { 200: changedCommentAnswer, ...errors(403, 422) },
        },
      },
      async (request) => {
        const { asset_id, comment_id } = request.params;
        const asset = await openAsset(db, asset_id, request.user);
        const found = await openComment(db, asset.id, comment_id);
        assertOwn(found, request.user);
        const commentId = found.id;
        const { comment: message } = readParameters(commentBody, request.body);
        const deed = { assetId: asset.id, commentId, actorId: request.user.id, at: now() };
        const changed = await updateComment(db, { ...deed, message });
        if (changed === null) throw commentNotFound(comment_id);
        return { comment: toCommentAnswer(changed) };
      },
    );

    app.delete(
      OF_COMMENT,
      {
        schema: {
          summary: 'Delete comment',
          description: OWN_OR_SHARED,
          tags,
          params: commentParams,
          response: { 200: deletedAnswer, ...errors(403) },
        },
      },
      async (request) => {
        const { asset_id, comment_id } = request.params;
        const asset = await openAsset(db, asset_id, request.user);
        const comment = await openComment(db, asset.id, comment_id);
        if (comment.share?.ownerId !== request.user.id) assertOwn(comment, request.user);
        const deed = { assetId: asset.id, commentId: comment.id, actorId: request.user.id, at: now() };
        if (!(await deleteComment(db, deed))) throw commentNotFound(comment_id);
        return { ok: 'comment deleted' as const };
      },
    );

    app.get(
      OF_COMMENT,
      {
        schema: {
          summary: 'Get comment by ID',
          tags,
          params: commentParams,
          response: { 200: commentAnswer, ...errors() },
        },
      },
      async (request) => {
        const { asset_id, comment_id } = request.params;
        const asset = await openAsset(db, asset_id, request.user);
        return { comment: toCommentAnswer(await openComment(db, asset.id, comment_id)) };
      },
    );
    return Promise.resolve();
  };
}

/** @throws Refusal 404 when the text is the number of no comment on this asset */
async function openComment(db: Database, assetId: string, text: string): Promise<CommentRecord> {
  const name = parseName(text);
  const comment = name?.by === 'id' ? await findComment(db, assetId, name.id) : null;
  if (comment === null) throw commentNotFound(text);
  return comment;
}

/** @throws Refusal 403 when somebody else wrote it and the caller is no administrator */
function assertOwn(comment: CommentRecord, user: Principal): void {
  if (comment.user?.id !== user.id && !user.admin) throw notAllowed();
}

/** In the words of the page, down to the condition that no statement of ours has. */
function commentNotFound(text: string): Refusal {
  const condition = '[WHERE "comments"."target_id" = $1 AND "comments"."target_type" = $2]';
  return notFound(`Couldn't find Comment with 'id'=${text} ${condition}`);
}
