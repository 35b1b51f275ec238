import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { parseName } from '../../../domain/names';
import { findReadableAsset, type ReadableAsset } from '../../../store/asset-access';
import type { Database } from '../../../store/database';
import { answerReview, cancelReview } from '../../../store/review-decision';
import { readReview } from '../../../store/review-reading';
import { documentedOnly } from '../../parameters';
import { notFound, type Refusal } from '../../refusal';
import type { StrawberryDependencies } from './dependencies';
import { couldNotFind, notAllowed, strawberryDialect } from './errors';
import { inQueryOrBody, readSentParameters } from './parameters';
import { reviewAnswer, toReviewAnswer } from './reviews-answer';
import { answerParameters } from './reviews-parameters';

const PATH = '/api/v1/assets/:asset_id/review_request';
const assetParams = z.object({ asset_id: z.string().describe('The asset: its id, uuid or key') });

/** The answers of approvers to the review of one asset (the Strawberry API), and how it stands. */
export function reviewRoutes({ db, onReviewChanged, now }: StrawberryDependencies): FastifyPluginAsyncZod {
  const errors = (...statuses: number[]) => strawberryDialect.errors(404, ...statuses);
  const shared = { tags: ['strawberry'], params: assetParams };
  return (app) => {
    app.get(
      PATH,
      {
        ...documentedOnly,
        schema: {
          ...shared,
          summary: 'How the review of an asset stands, and who answered what',
          description: 'Of the newest request, open or closed; for everybody who may read the asset.',
          response: { 200: reviewAnswer, ...errors() },
        },
      },
      async (request) => {
        const asset = await openAsset(db, request.params.asset_id, request.user);
        return tell(db, asset);
      },
    );

    app.patch(
      PATH,
      {
        ...documentedOnly,
        schema: {
          ...shared,
          ...inQueryOrBody(answerParameters),
          summary: 'Answer the review of an asset',
          description: 'For those who were asked and may approve still. An answer can be changed until the review is closed.', // prettier-ignore
          response: { 200: reviewAnswer, ...errors(403, 422) },
        },
      },
      async (request) => {
        const asset = await openAsset(db, request.params.asset_id, request.user);
        const review = await readReview(db, asset.id);
        if (review?.closedAt !== null) throw noReview(request.params.asset_id);
        if (!review.voices.some(({ approver, lostAt }) => approver.id === request.user.id && lostAt === null)) {
          throw notAllowed();
        }
        const { status, comment } = readSentParameters(answerParameters, request);
        const voice = { userId: request.user.id, answer: status, comment: comment ?? null };
        // What has changed since it was looked at decides, in the transaction that writes.
        const { outcome, followUps } = await answerReview(db, { assetId: asset.id, ...voice }, now());
        if (outcome === 'none') throw noReview(request.params.asset_id);
        if (outcome === 'forbidden') throw notAllowed();
        onReviewChanged(followUps);
        return tell(db, asset);
      },
    );

    app.delete(
      PATH,
      {
        ...documentedOnly,
        schema: {
          ...shared,
          summary: 'Cancel the review of an asset',
          description: 'For who asked for it, who manages the gallery, and administrators.',
          response: { 200: reviewAnswer, ...errors(403) },
        },
      },
      async (request) => {
        const asset = await openAsset(db, request.params.asset_id, request.user);
        const { outcome, followUps } = await cancelReview(db, { assetId: asset.id, userId: request.user.id }, now());
        if (outcome === 'none') throw noReview(request.params.asset_id);
        if (outcome === 'forbidden') throw notAllowed();
        onReviewChanged(followUps);
        return tell(db, asset);
      },
    );
    return Promise.resolve();
  };
}

async function tell(db: Database, { id }: ReadableAsset): Promise<z.output<typeof reviewAnswer>> {
  const review = await readReview(db, id);
  if (review === null) throw noReview(id);
  return toReviewAnswer(id, review);
}

/** @throws Refusal 404 when there is none for the user */
async function openAsset(db: Database, text: string, user: { readonly id: string }): Promise<ReadableAsset> {
  const name = parseName(text);
  const asset = name === null ? null : await findReadableAsset(db, name, user);
  if (asset === null) throw couldNotFind('Asset', text);
  return asset;
}

/** The 404 of an asset that nobody is asked to review. The text names an asset, so it is short. */
function noReview(text: string): Refusal {
  return notFound(`Couldn't find ReviewRequest with 'asset_id'=${text}`);
}
