import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseName } from '../../../domain/names';
import { findOpenShare, isShareFor, type OpenShare, type ShareVisit } from '../../../store/share-page';
import { findSharedAsset, type PlacedSharedAsset } from '../../../store/share-shown';
import { hashShareToken } from '../../../store/share-token';
import { forbidden, notFound } from '../../refusal';
import { readCookie } from '../../session-cookie';
import { toLoginPath } from '../next-path';
import { HTML } from '../page-headers';
import type { SharePagesDependencies } from './dependencies';
import { holdUntil } from './hold';
import { renderPasswordPage } from './password-page';
import { sharePaths } from './paths';
import { GONE_PAGE } from './share-layout';

/** Somebody in front of a share that is open to him. */
export interface OpenEntry {
  readonly kind: 'open';
  readonly share: OpenShare;
  /** Of the store; null for who is not signed in. */
  readonly userId: string | null;
}

export type Entry = OpenEntry | { readonly kind: 'gone' | 'locked' | 'unknown_reader' };

export interface ShareEntries {
  readonly enter: (request: FastifyRequest, token: string) => Promise<Entry>;
  /** @throws Refusal 404 when the share is not open to the reader, for whatever reason */
  readonly enterOrFail: (request: FastifyRequest, token: string) => Promise<OpenEntry>;
  /** @throws Refusal also 403 when it is for looking only */
  readonly enterToDownload: (request: FastifyRequest, token: string) => Promise<OpenEntry>;
  /** @throws Refusal 404 when the share does not show it */
  readonly findShown: (entry: OpenEntry, asset: string) => Promise<PlacedSharedAsset>;
  readonly visitOf: (
    request: FastifyRequest,
    entry: OpenEntry,
    kind: ShareVisit['kind'],
    assetId: string | null,
  ) => ShareVisit;
}

/** The cookie that stands for the right password. */
export function unlockCookie({ sessions }: Pick<SharePagesDependencies, 'sessions'>) {
  return { name: 'longhaul-share', secure: sessions.cookie.secure };
}

/**
 * From a request to the answer that its link opens nothing: to find a revoked share takes some microseconds longer than to
 * find none, which a thousand requests would tell.
 */
const GONE_MS = 20;

export function createShareEntries(dependencies: SharePagesDependencies): ShareEntries {
  const { db, sessions, keys, now, readAt } = dependencies;
  const entries: ShareEntries = {
    async enter(request, token) {
      const startedAt = performance.now();
      const entry = await find(request, token);
      if (entry.kind === 'gone') await holdUntil(startedAt + GONE_MS);
      return entry;
    },
    async enterOrFail(request, token) {
      const entry = await entries.enter(request, token);
      if (entry.kind !== 'open') throw notFound('this link does not work');
      return entry;
    },
    async enterToDownload(request, token) {
      const entry = await entries.enterOrFail(request, token);
      if (!entry.share.permissions.includes('download')) throw forbidden('the link does not let you download');
      return entry;
    },
    async findShown({ share }, asset) {
      const parsed = parseName(asset);
      const found = parsed?.by === 'uuid' ? await findSharedAsset(db, share.id, parsed.uuid) : null;
      if (found === null) throw notFound('there is no such asset');
      return found;
    },
    visitOf: (request, { share, userId }, kind, assetId) => ({
      ...{ shareId: share.id, kind, assetId, userId },
      addressHash: keys.hashAddress(request.ip),
    }),
  };
  return entries;

  async function find(request: FastifyRequest, token: string): Promise<Entry> {
    const share = await findOpenShare(db, hashShareToken(token), readAt());
    if (share === null) return { kind: 'gone' };
    const session = readCookie(request.headers.cookie, sessions.cookie);
    const user = session === null ? null : await sessions.find(session);
    if (share.type === 'user') {
      if (user === null) return { kind: 'unknown_reader' };
      if (!(await isShareFor(db, share.id, user.id))) return { kind: 'gone' };
    }
    if (share.passwordHash !== null) {
      const unlock = readCookie(request.headers.cookie, unlockCookie(dependencies));
      if (unlock === null || !keys.isUnlocked(share, unlock, now().getTime())) return { kind: 'locked' };
    }
    return { kind: 'open', share, userId: user?.id ?? null };
  }
}

/** The answer to somebody for whom the share is not open, or not yet. */
export function sendClosed(reply: FastifyReply, token: string, { kind }: Exclude<Entry, OpenEntry>): FastifyReply {
  switch (kind) {
    case 'gone':
      return reply.code(404).type(HTML).send(GONE_PAGE);
    case 'locked':
      return reply.type(HTML).send(renderPasswordPage(token, 'none'));
    case 'unknown_reader':
      return reply.redirect(toLoginPath(sharePaths(token).page), 303);
  }
}

/** False of what a browser or a messenger fetches for somebody who may never look. */
export function isVisit({ method, headers }: FastifyRequest): boolean {
  return method === 'GET' && !/prefetch|prerender/.test(String(headers['sec-purpose'] ?? headers['purpose'] ?? ''));
}
