import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { findTermsFault } from '../../../domain/review-terms';
import type { ReviewKind } from '../../../domain/review-request';
import type { Database } from '../../../store/database';
import { newUuid } from '../../../store/ids';
import type { ReadableProject } from '../../../store/projects';
import { countCandidates, type ReviewScope } from '../../../store/review-candidates';
import { createReviewJob, findApproverIds, findScope, readReviewRule, type ReviewTerms } from '../../../store/review-request'; // prettier-ignore
import { RIGHT_OF_REVIEW } from '../../../store/review-request-chunk';
import { idempotencyHeaders, readIdempotencyKey } from '../../idempotency-key';
import { documentedOnly, invalidParameter } from '../../parameters';
import { notFound, type Refusal, unprocessable } from '../../refusal';
import type { StrawberryDependencies } from './dependencies';
import { notAllowed, strawberryDialect } from './errors';
import { galleryId, openGallery } from './gallery-access';
import { readSentParameters } from './parameters';
import { assertSomething, forceApproveParameters, NO_ASSETS, reviewRequestParameters, type SentReview, toForcedTerms, toTerms } from './review-parameters'; // prettier-ignore

/** Two hundred thousand uuids fit; more are folders, or several requests. */
const BODY_LIMIT = 8 * 1024 * 1024;

const started = z
  .object({
    'job.token': z.uuid().describe('The job token, for /api/jobs/{token}'),
    count: z.int().nonnegative().describe('How many requests will be made'),
  })
  .meta({ id: 'StrawberryReviewJob' });
const counted = z
  .object({
    count: z.int().nonnegative().describe('How many requests would be made'),
    already_pending: z.int().nonnegative().describe('Assets with an undecided request'),
    trashed: z.int().nonnegative().describe('Assets in the trash'),
    approvers: z.int().nonnegative().describe('Who would be asked'),
  })
  .meta({ id: 'StrawberryReviewDryRun' });

const AS_JOB =
  'A job does it, which the headers Job-Token and Location name. Folders among the assets are left out, and so is what ' +
  'is in the trash.';

/** `POST` and `PUT /api/v1/galleries/:gallery_id/review_request` (the Strawberry API). */
export function reviewRequestRoutes({ db, dispatcher, now }: StrawberryDependencies): FastifyPluginAsyncZod {
  return (app) => {
    const route = (body: z.ZodObject, summary: string, description: string) => ({
      ...documentedOnly,
      bodyLimit: BODY_LIMIT,
      schema: {
        summary,
        description: `${description} ${AS_JOB}`,
        tags: ['strawberry'],
        params: z.object({ gallery_id: galleryId }),
        headers: idempotencyHeaders,
        body,
        response: { 200: counted, 202: started, ...strawberryDialect.errors(403, 404, 422) },
      },
    });
    app.post(
      '/api/v1/galleries/:gallery_id/review_request',
      route(
        reviewRequestParameters,
        'Request approval for assets and folders from the approvers of a gallery',
        'Assets with an undecided request are left as they are; a decided one is replaced.',
      ),
      async (request, reply) => {
        const gallery = await openFor('review_request', request);
        const sent = readSentParameters(reviewRequestParameters, request);
        return order('review_request', { gallery, sent, terms: toTerms(sent) }, request, reply);
      },
    );
    app.put(
      '/api/v1/galleries/:gallery_id/review_request',
      route(
        forceApproveParameters,
        'Forcefully approve assets and folders',
        'Open requests are closed as superseded; what was answered to them stays in the history.',
      ),
      async (request, reply) => {
        const gallery = await openFor('force_approve', request);
        const sent = readSentParameters(forceApproveParameters, request);
        return order('force_approve', { gallery, sent, terms: toForcedTerms(sent) }, request, reply);
      },
    );
    return Promise.resolve();
  };

  async function openFor(kind: ReviewKind, { params, user }: FastifyRequest): Promise<ReadableProject> {
    const { gallery_id: text } = params as { readonly gallery_id: string };
    const gallery = await openGallery(db, text, user);
    if (!gallery.rights[RIGHT_OF_REVIEW[kind]]) throw notAllowed();
    return gallery;
  }

  async function order(kind: ReviewKind, asked: Asked, { user, headers }: FastifyRequest, reply: FastifyReply) {
    const { gallery, sent, terms } = asked;
    const key = readIdempotencyKey(headers['idempotency-key']);
    assertSomething(sent);
    const scope = await getScope(db, gallery, sent);
    const approverIds = await findApproverIds(db, gallery.id);
    const isReal = sent.dry_run !== true;
    if (kind === 'review_request') assertAskable(terms, isReal ? approverIds.length : null, now());
    const counts = await countCandidates(db, kind, scope);
    const { open: count, trashed } = counts;
    if (!isReal) {
      const already_pending = kind === 'review_request' ? counts.already_pending : counts.pending;
      return reply.code(200).send({ count, already_pending, trashed, approvers: approverIds.length });
    }
    const made = { token: newUuid(), kind, project: gallery, requester: user, scope, terms, approverIds, count };
    const idempotency = key === null ? null : { key, request: JSON.stringify([kind, gallery.uuid, toRequest(sent), terms]) }; // prettier-ignore
    const { creation, input } = await createReviewJob(db, { ...made, idempotency, dispatched: false, now: now() });
    if (creation.kind === 'conflict') {
      throw unprocessable('idempotency_key_reused', 'this Idempotency-Key was used for another request');
    }
    const { token } = creation;
    if (creation.kind === 'created') {
      dispatcher.dispatch({ token, kind, projectUuid: gallery.uuid, ownerUuid: user.uuid, input });
    }
    void reply.header('job-token', token).header('location', `/api/jobs/${token}`);
    const told = creation.kind === 'created' ? count : (await readReviewRule(db, token)).count;
    return reply.code(202).send({ 'job.token': token, count: told });
  }
}

interface Asked {
  readonly gallery: ReadableProject;
  readonly sent: SentReview;
  readonly terms: ReviewTerms;
}

const toRequest = ({ asset_ids: { given } = NO_ASSETS, folders, recursive }: SentReview) => [given, folders ?? [], recursive ?? false]; // prettier-ignore

/**
 * `approvers`: null for a dry run, which tells of their number.
 * @throws Refusal 422 when nobody could be asked on these terms
 */
function assertAskable(terms: ReviewTerms, approvers: number | null, now: Date): void {
  if (approvers === 0) throw unprocessable('no_approver', 'Nobody may approve assets of this gallery');
  const fault = findTermsFault(terms, approvers ?? Infinity, now);
  if (fault === null) return;
  const { policy, dueAt } = terms;
  const value = fault.field === 'due_at' ? dueAt : policy?.kind === 'minimum' ? policy.minimum : policy?.kind;
  throw invalidParameter(fault.field, value, fault.message);
}

/** @throws Refusal 404 that names what is not there: unknown and foreign assets are not told apart */
async function getScope(db: Database, gallery: ReadableProject, sent: SentReview): Promise<ReviewScope> {
  const { asset_ids: assets = NO_ASSETS, folders = [], recursive = false } = sent;
  const textOf = (position: number) => String(assets.given[position]);
  if (assets.strange.length > 0) throw couldNotFindAll('Asset', 'id', assets.strange.map(textOf));
  const paths = folders.map(({ dirname }) => dirname);
  const found = await findScope(db, gallery.id, { assets: assets.names, folders: paths, recursive });
  if (found.kind === 'found') return found.scope;
  if (found.kind === 'unknown_folders') {
    throw couldNotFindAll('Folder', 'dirname', found.unknown.map((position) => paths[position] ?? '')); // prettier-ignore
  }
  throw couldNotFindAll(
    'Asset',
    'id',
    found.unknown.map(({ position }) => textOf(position)),
  );
}

const MAX_NAMED = 20;
const MAX_SHOWN = 200;

function couldNotFindAll(thing: string, by: string, names: readonly string[]): Refusal {
  const shown = names.slice(0, MAX_NAMED).map((name) => (name.length > MAX_SHOWN ? `${name.slice(0, MAX_SHOWN)}…` : name)); // prettier-ignore
  return notFound(`Couldn't find ${thing}${shown.length > 1 ? 's' : ''} with '${by}'=${shown.join(', ')}`);
}
