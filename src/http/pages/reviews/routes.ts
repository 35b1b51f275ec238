import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { isUuid } from '../../../domain/names';
import { answerReviews } from '../../../store/review-decision';
import { findReadableIds, listAskedReviews, listWaitingReviews } from '../../../store/review-lists';
import { badField } from '../../refusal';
import type { PagesDependencies } from '../dependencies';
import { HTML } from '../page-headers';
import { renderAskedPage, renderWaitingPage } from './reviews-page';

const PAGE_LENGTH = 24;
const BOX = 'pick-';

const id = z.string().regex(/^[0-9]{1,18}$/, 'must be a number');
const count = z.coerce.number().int().min(0).max(PAGE_LENGTH).default(0);
const waitingQuery = z.strictObject({ after: id.default('0'), answered: count, refused: count, none: z.literal('1').optional() }); // prettier-ignore
const askedQuery = z.strictObject({ before: id.optional() });
/** `asset` is that of the buttons of one; each ticked box has a field of its own, since no field may come twice. */
const answerForm = z
  .object({
    answer: z.enum(['approved', 'needs_revision']),
    comment: z.string().max(2_000).default(''),
    asset: z.string().optional(),
  })
  .catchall(z.string());

/** `/reviews`, `/reviews/asked`, and what their buttons do. */
export function reviewPageRoutes({
  db,
  mediaLinks: links,
  onReviewChanged,
  now,
}: PagesDependencies): FastifyPluginAsyncZod {
  // prettier-ignore
  return (app) => {
    app.get('/reviews', { schema: { querystring: waitingQuery } }, async (request, reply) => {
      const { user, query } = request;
      const found = await listWaitingReviews(db, user.id, { after: query.after, limit: PAGE_LENGTH + 1 });
      const told = { answered: query.answered, refused: query.refused, nothingChosen: query.none === '1' };
      return reply.type(HTML).send(renderWaitingPage({ user, ...pageOf(found), links, told }));
    });

    app.get('/reviews/asked', { schema: { querystring: askedQuery } }, async (request, reply) => {
      const { user, query } = request;
      const found = await listAskedReviews(db, user.id, { before: query.before ?? null, limit: PAGE_LENGTH + 1 });
      return reply.type(HTML).send(renderAskedPage({ user, ...pageOf(found), links }));
    });

    app.post('/reviews/answer', { schema: { body: answerForm } }, async (request, reply) => {
      const { user, body } = request;
      const { answer, comment: text } = body;
      const chosen = chosenIn(body);
      if (chosen.length === 0) return reply.redirect('/reviews?none=1', 303);
      const assetIds = await findReadableIds(db, user.id, chosen);
      const comment = text.trim() === '' ? null : text;
      const { outcomes, followUps } = await answerReviews(db, assetIds, { userId: user.id, answer, comment }, now());
      onReviewChanged(followUps);
      const answered = [...outcomes.values()].filter((outcome) => outcome === 'answered' || outcome === 'unchanged');
      const refused = chosen.length - answered.length;
      return reply.redirect(`/reviews?answered=${String(answered.length)}&refused=${String(refused)}`, 303);
    });
    return Promise.resolve();
  };
}

function pageOf<Review extends { readonly id: string }>(found: readonly Review[]) {
  const reviews = found.slice(0, PAGE_LENGTH);
  return { reviews, next: found.length > PAGE_LENGTH ? (reviews.at(-1)?.id ?? null) : null };
}

function chosenIn({
  answer: _answer,
  comment: _comment,
  asset,
  ...boxes
}: z.infer<typeof answerForm>): readonly string[] {
  // prettier-ignore
  const ticked = Object.keys(boxes).map((name) => {
    if (!name.startsWith(BOX)) throw badField(name, 'is not a field of this form');
    return name.slice(BOX.length);
  });
  const chosen = asset === undefined ? ticked : [asset];
  if (chosen.length > PAGE_LENGTH) throw badField('body', `may choose ${String(PAGE_LENGTH)} at most`);
  if (!chosen.every(isUuid)) throw badField('asset', 'must be a uuid');
  return chosen;
}
