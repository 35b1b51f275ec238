import { sql } from 'kysely';
import { decideShareChange, type ShareChange } from '../domain/share-change';
import { runAgain } from './contention';
import type { Database } from './database';
import { lockContents, setContents } from './share-contents';
import { tellOfShare } from './share-news';
import { type NamedRecipient, type Recipient, resolveRecipients, setRecipients } from './share-people';
import { readShare, type ShareRecord } from './share-reading';
import { missingBehindFirst, refuseRecipients, type ShareOutcome, type ShareRefusal } from './shares';

/** What is to become of a share; what is absent stays. */
export interface ShareUpdate {
  readonly shareId: string;
  readonly actor: { readonly id: string };
  readonly change: ShareChange;
  /** Names of all assets that it is to show beside the one by whose path it was made. */
  readonly contents?: readonly string[] | undefined;
  /** All who are to be named by it. */
  readonly recipients?: readonly NamedRecipient[] | undefined;
  readonly now: Date;
}

/** Changes a share that the caller may change, in one transaction; where nothing differs, nothing is written. */
export async function updateShare(db: Database, update: ShareUpdate): Promise<ShareOutcome> {
  return await runAgain(db, () => db.transaction().execute((tx) => change(tx, update)));
}

/** Closes a share for good; one that is closed stays as it is. Needs no right to what it shows. */
export async function revokeShare(
  db: Database,
  shareId: string,
  actor: { readonly id: string },
  now: Date,
): Promise<ShareOutcome> {
  return await updateShare(db, { shareId, actor, change: { revoke: true }, now });
}

async function change(tx: Database, update: ShareUpdate): Promise<ShareOutcome> {
  const { shareId, actor, now } = update;
  // Changes of one share follow each other: whoever comes second decides by what the first one left.
  await sql`select from shares where id = ${shareId} for update`.execute(tx);
  const share = await readShare(tx, shareId);
  const verdict = decideShareChange(share, update.change, now);
  if (verdict.kind === 'refused') return { kind: 'revoked' };
  if (share.status === 'revoked') return { kind: 'done', share, changed: false };
  const contents = await openContents(tx, share, update);
  if (contents.kind !== 'found') return contents;
  const type = verdict.kind === 'change' ? verdict.to.type : share.type;
  const people = await openRecipients(tx, share, type, update.recipients);
  if (people.kind !== 'found') return people;

  const shown = contents.ids === null ? SAME : await setContents(tx, shareId, contents.ids, now);
  const named = people.recipients === null ? SAME : await setRecipients(tx, shareId, people.recipients, now);
  const beside = [shown, named].some(({ added, removed }) => added || removed);
  if (verdict.kind === 'unchanged' && !beside) return { kind: 'done', share, changed: false };
  const { to, notice, narrows } = verdict.kind === 'change' ? verdict : { ...STAYS, to: share };
  await sql`
    update shares set name = ${to.name}, message = ${to.message}, time_zone = ${to.timeZone}, type = ${to.type},
      status = ${to.status}, permissions = ${to.permissions}::text[], duration_hours = ${to.durationHours},
      expires_at = ${to.expiresAt}, password_hash = ${to.passwordHash}, updated_at = ${now},
      notice_at = case when ${notice !== undefined}::boolean then ${notice ?? null}::timestamptz else notice_at end,
      version = version + ${narrows || named.removed ? 1 : 0},
      expired_at = case when ${to.status} = 'expired' then expired_at end,
      revoked_at = ${to.status === 'revoked' ? now : null}, revoked_by = ${to.status === 'revoked' ? actor.id : null}
    where id = ${shareId}`.execute(tx);
  const changed = await readShare(tx, shareId);
  const kind = to.status === 'revoked' ? 'share_revoked' : 'share_updated';
  await tellOfShare(tx, changed, { kind, actorId: actor.id, at: now });
  return { kind: 'done', share: changed, changed: true };
}

const SAME = { added: false, removed: false };
const STAYS = { notice: undefined, narrows: false };

/** The assets that the share is to show, null where they stay; the actor has to have `write` on each, but to close it. */
async function openContents(
  tx: Database,
  share: ShareRecord,
  { change: { revoke }, contents, actor }: ShareUpdate,
): Promise<{ readonly kind: 'found'; readonly ids: readonly string[] | null } | ShareRefusal> {
  const live = share.contents.filter(({ withdrawnAt }) => withdrawnAt === null);
  if (contents === undefined) {
    if (revoke === true) return { kind: 'found', ids: null };
    const texts = live.map(({ id }) => id);
    // Also what has been moved to another project since: who may not write there extends nothing of it.
    const verdict = await lockContents(tx, texts, undefined, actor);
    return verdict.kind === 'found' ? { kind: 'found', ids: null } : { kind: 'forbidden' };
  }
  const base = share.contents.find(({ id }) => id === share.assetId);
  // Once trashed or unshared, the path's asset comes back only by name.
  const isKept = base?.withdrawnAt === null;
  const verdict = await lockContents(tx, isKept ? [share.assetId, ...contents] : contents, share.projectId, actor);
  if (verdict.kind !== 'missing') return verdict;
  return isKept ? missingBehindFirst(verdict.at) : { kind: 'contents_missing', at: verdict.at };
}

async function openRecipients(
  tx: Database,
  share: ShareRecord,
  type: ShareRecord['type'],
  named: readonly NamedRecipient[] | undefined,
): Promise<{ readonly kind: 'found'; readonly recipients: readonly Recipient[] | null } | ShareRefusal> {
  if (named === undefined) {
    if (type === share.type) return { kind: 'found', recipients: null };
    const known = share.recipients.map(({ userUuid }) => ({ userId: userUuid }));
    return refuseRecipients(type, known) ?? { kind: 'found', recipients: null };
  }
  const found = await resolveRecipients(tx, named);
  const refusal = refuseRecipients(type, found);
  return refusal ?? { kind: 'found', recipients: found.filter((one) => one !== null) };
}
