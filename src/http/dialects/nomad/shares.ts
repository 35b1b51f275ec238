import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Principal } from '../../../domain/credentials';
import { parseName } from '../../../domain/names';
import { toShareLink } from '../../../domain/share';
import { findReadableAsset, type ReadableAsset } from '../../../store/asset-access';
import { newUuid } from '../../../store/ids';
import { revokeShare, updateShare } from '../../../store/share-changes';
import { toInvitation } from '../../../store/share-invitation';
import { findShare, listSharesOf, listVisits, type ShareRecord } from '../../../store/share-reading';
import { createShareToken } from '../../../store/share-token';
import { createShare, type ShareOutcome } from '../../../store/shares';
import { pageQuery, toPage, toRange } from '../../newest-first';
import { problemDialect } from '../../problem';
import { badField, forbidden } from '../../refusal';
import type { NomadDependencies } from './dependencies';
import { shareAnswer, sharesAnswer, toShareAnswer, toVisitAnswer, visitsAnswer } from './share-answer';
import { shareBody, type ShareBody } from './share-body';
import { assertMayChange, assertNames, assetNotFound, readChange, readRecipients, shareNotFound, toRefusal } from './share-orders'; // prettier-ignore

/** As the product documents them. Any other `application/…+json` is read as well. */
const CONSUMES = ['application/json-patch+json', 'application/json', 'text/json', 'application/*+json'];

const ofAsset = z.object({ assetId: z.string().describe('The asset: its uuid, key or id') });
const ofShare = z.object({ id: z.string().describe('The share: its uuid, key or id') });

/** Links by which assets are shown to people outside (the Nomad Media API, "share"). */
export function shareRoutes(dependencies: NomadDependencies): FastifyPluginAsyncZod {
  const { db, passwords, linkSeal, publicUrl, onShareChanged, now } = dependencies;
  const tags = ['shares'];
  const errors = (...statuses: number[]) => problemDialect.errors(404, ...statuses);

  async function openAsset(text: string, user: Principal): Promise<ReadableAsset> {
    const name = parseName(text);
    const asset = name === null ? null : await findReadableAsset(db, name, user);
    if (asset === null) throw assetNotFound();
    return asset;
  }

  async function openShare(text: string, user: Principal): Promise<ShareRecord> {
    const name = parseName(text);
    const share = name === null ? null : await findShare(db, name, user);
    if (share === null) throw shareNotFound();
    return share;
  }

  const hashOf = async (password: string | null | undefined) =>
    typeof password === 'string' ? await passwords.hash(password) : password;

  function settle(outcome: ShareOutcome): ShareRecord {
    if (outcome.kind !== 'done') throw toRefusal(outcome);
    if (outcome.changed) onShareChanged();
    return outcome.share;
  }

  async function make(asset: ReadableAsset, body: ShareBody, user: Principal) {
    if (asset.deletedAt !== null) throw assetNotFound();
    if (!asset.rights.write) throw forbidden('sharing an asset needs the right to write');
    assertNames('ownerId', body.ownerId, user);
    const at = now();
    const wish = readChange(body, 'UTC', at);
    if (wish.revoke === true) throw badField('sharedStatus', 'must be active for a new share');
    // Before anything is written: a share never stands there without the password that it was to have.
    const passwordHash = (await hashOf(body.password)) ?? null;
    const { token, hash: tokenHash } = createShareToken();
    const link = toShareLink(publicUrl, token);
    const outcome = await createShare(db, {
      uuid: newUuid(),
      owner: user,
      asset,
      contents: body.sharedContents ?? [],
      recipients: readRecipients(body) ?? [],
      name: wish.name ?? null,
      message: wish.message ?? null,
      timeZone: wish.timeZone ?? 'UTC',
      type: wish.type ?? 'link',
      permissions: wish.permissions ?? ['view'],
      durationHours: wish.expiry?.durationHours ?? null,
      expiresAt: wish.expiry?.expiresAt ?? null,
      tokenHash,
      passwordHash,
      now: at,
      invitation: (share, email) => toInvitation(share, email, user, linkSeal.seal(link, share.uuid)),
    });
    return toShareAnswer(settle(outcome), link, at);
  }

  async function change(share: ShareRecord, body: ShareBody, user: Principal) {
    assertMayChange(share, user);
    assertNames('id', body.id, share);
    assertNames('ownerId', body.ownerId, { id: share.ownerId, uuid: share.ownerUuid });
    const at = now();
    const wish = readChange(body, share.timeZone, at);
    const passwordHash = await hashOf(body.password);
    const outcome = await updateShare(db, {
      shareId: share.id,
      actor: user,
      change: { ...wish, passwordHash },
      contents: body.sharedContents ?? undefined,
      recipients: readRecipients(body),
      now: at,
    });
    return toShareAnswer(settle(outcome), null, at);
  }

  return (app) => {
    app.post(
      '/api/asset/:assetId/share',
      {
        schema: {
          summary: 'Make a share of an asset, or change one',
          description: 'The link is answered once: only a hash of it is kept. Needs `write` on each asset.',
          tags,
          consumes: CONSUMES,
          params: ofAsset,
          body: shareBody,
          response: { 200: shareAnswer, ...errors(403, 409) },
        },
      },
      async (request) => {
        const { body, user } = request;
        const asset = await openAsset(request.params.assetId, user);
        assertNames('assetId', body.assetId, asset);
        if (body.id === null || body.id === undefined) return await make(asset, body, user);
        const share = await openShare(body.id, user);
        if (share.assetId !== asset.id) throw shareNotFound();
        return await change(share, body, user);
      },
    );

    app.get(
      '/api/asset/:assetId/shares',
      {
        schema: {
          summary:
            'The shares that show an asset or did so, newest first: your own, and all for who manages its project',
          tags,
          params: ofAsset,
          querystring: pageQuery,
          response: { 200: sharesAnswer, ...errors() },
        },
      },
      async (request) => {
        const asset = await openAsset(request.params.assetId, request.user);
        const found = await listSharesOf(db, asset.id, request.user, toRange(request.query));
        const { rows, nextCursor } = toPage(found, request.query.limit);
        return { shares: rows.map((share) => toShareAnswer(share, null, now())), nextCursor };
      },
    );

    app.get(
      '/api/shares/:id',
      { schema: { summary: 'A share', tags, params: ofShare, response: { 200: shareAnswer, ...errors() } } },
      async (request) => toShareAnswer(await openShare(request.params.id, request.user), null, now()),
    );

    app.patch(
      '/api/shares/:id',
      {
        schema: {
          summary: 'Change a share',
          description: 'What is absent stays. One that has expired opens again, by the same link, with a later expiry.',
          tags,
          consumes: CONSUMES,
          params: ofShare,
          body: shareBody,
          response: { 200: shareAnswer, ...errors(403, 409) },
        },
      },
      async (request) => {
        const { body } = request;
        const share = await openShare(request.params.id, request.user);
        assertNames('assetId', body.assetId, { id: share.assetId, uuid: share.assetUuid ?? '' });
        return await change(share, body, request.user);
      },
    );

    app.delete(
      '/api/shares/:id',
      {
        schema: {
          summary: 'Revoke a share, for good',
          description: 'Its owner may, and who manages the project. Afterwards it still reads, as revoked.',
          tags,
          params: ofShare,
          response: { 200: shareAnswer, ...errors() },
        },
      },
      async (request) => {
        const share = await openShare(request.params.id, request.user);
        const at = now();
        return toShareAnswer(settle(await revokeShare(db, share.id, request.user, at)), null, at);
      },
    );

    app.get(
      '/api/shares/:id/visits',
      {
        schema: {
          summary: 'Who opened a share, newest first',
          tags,
          params: ofShare,
          querystring: pageQuery,
          response: { 200: visitsAnswer, ...errors() },
        },
      },
      async (request) => {
        const share = await openShare(request.params.id, request.user);
        const found = await listVisits(db, share.id, toRange(request.query));
        const { rows, nextCursor } = toPage(found, request.query.limit);
        return { visits: rows.map(toVisitAnswer), nextCursor };
      },
    );
    return Promise.resolve();
  };
}
