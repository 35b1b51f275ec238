import { createHash, randomBytes } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import type { Name } from '../domain/names';
import type { WebhookDisabledReason } from '../domain/webhook-delivery';
import { PREVIOUS_SECRET_MS, toWebhookSecret } from '../domain/webhook-secret';
import type { Database } from './database';
import { newUuid } from './ids';
import type { Idempotency } from './job-creation';
import type { UrlSeal } from './url-seal';

/** With what addresses and secrets are kept; a seal is bound to its webhook. */
export interface WebhookSeals {
  readonly url: UrlSeal;
  readonly secret: UrlSeal;
}

/** A webhook as those see it who manage its project; never with its secret. */
export interface WebhookRecord {
  readonly id: string;
  readonly uuid: string;
  readonly projectUuid: string;
  /** Null when it was sealed with another DATA_SECRET. */
  readonly url: string | null;
  readonly events: readonly string[];
  readonly createdBy: string;
  readonly disabledAt: Date | null;
  readonly disabledReason: WebhookDisabledReason | null;
  readonly failuresInRow: number;
  readonly restingUntil: Date | null;
  readonly deliveredAt: Date | null;
  /** Events before this instant had been removed before they were looked at. */
  readonly missedAt: Date | null;
  readonly secretRotatedAt: Date | null;
  readonly previousSecretUntil: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface NewWebhook {
  readonly project: { readonly id: string; readonly uuid: string };
  readonly createdBy: string;
  readonly url: string;
  readonly events: readonly string[];
  /** In the form of Standard Webhooks; null: one is made. */
  readonly secret: string | null;
  readonly idempotency: Idempotency | null;
  readonly now: Date;
}

/** `secret` is told to who makes the webhook, and to the same again who repeats the request within a day. */
export type WebhookCreation =
  | { readonly kind: 'created' | 'existing'; readonly webhook: WebhookRecord; readonly secret: string | null }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'too_many' };

/** Of one project. */
export const MAX_WEBHOOKS = 50;

/** Makes a webhook that is told of what happens from now on. Two calls with one Idempotency-Key make one. */
export async function createWebhook(db: Database, order: NewWebhook, seals: WebhookSeals): Promise<WebhookCreation> {
  const { project, createdBy, idempotency, now } = order;
  const uuid = newUuid();
  const secret = order.secret ?? makeWebhookSecret();
  const made = await db.transaction().execute(async (tx) => {
    // Two that are made at once are counted one after the other.
    await sql`select pg_advisory_xact_lock(hashtextextended('webhooks of project', ${project.id}::bigint))`.execute(tx);
    if (idempotency !== null && (await findTwin(tx, createdBy, idempotency.key)) !== null) return 'twin';
    const { rows } = await sql<{ count: string }>`
      select count(*) as count from webhooks where project_id = ${project.id}`.execute(tx);
    if (Number(rows[0]?.count) >= MAX_WEBHOOKS) return 'too_many';
    const { numAffectedRows } = await sql`
      insert into webhooks (uuid, project_id, created_by, url_sealed, secret_sealed, events, cursor, idempotency_key,
        request_hash, created_at, updated_at)
      values (${uuid}, ${project.id}, ${createdBy}, ${seals.url.seal(order.url, uuid)}, ${seals.secret.seal(secret, uuid)},
        ${order.events}::text[], coalesce((select cursor from sync_cursors where project_id = ${project.id}), 0),
        ${idempotency?.key ?? null}, ${idempotency === null ? null : hashOf(idempotency)}, ${now}, ${now})
      on conflict do nothing`.execute(tx);
    return numAffectedRows === 0n ? 'twin' : 'made';
  });
  if (made === 'too_many') return { kind: 'too_many' };
  if (made === 'made') return { kind: 'created', webhook: await getWebhook(db, uuid, seals), secret };
  return readTwin(db, order, seals);
}

/** The webhook of that name in that project; null when there is none. */
export async function findWebhook(
  db: Database,
  projectId: string | null,
  name: Name,
  seals: Pick<WebhookSeals, 'url'>,
): Promise<WebhookRecord | null> {
  const named = name.by === 'id' ? sql`w.id = ${name.id}` : sql`w.uuid = ${name.uuid}`;
  const [found] = await readWebhooks(db, sql`${named} and ${projectId === null ? sql`true` : sql`w.project_id = ${projectId}`}`, seals); // prettier-ignore
  return found ?? null;
}

/** The webhooks of a project, or of all, in the order of their making. */
export function listWebhooks(
  db: Database,
  projectId: string | null,
  seals: Pick<WebhookSeals, 'url'>,
): Promise<readonly WebhookRecord[]> {
  return readWebhooks(db, projectId === null ? sql`true` : sql`w.project_id = ${projectId}`, seals);
}

/** Removes a webhook with its log; what is under way is not recalled. False when it was gone already. */
export async function deleteWebhook(db: Database, webhookId: string): Promise<boolean> {
  const { numAffectedRows } = await sql`delete from webhooks where id = ${webhookId}`.execute(db);
  return numAffectedRows === 1n;
}

/** 32 random bytes, as Standard Webhooks has them. */
export function makeWebhookSecret(): string {
  return toWebhookSecret(randomBytes(32));
}

async function getWebhook(db: Database, uuid: string, seals: WebhookSeals): Promise<WebhookRecord> {
  const webhook = await findWebhook(db, null, { by: 'uuid', uuid }, seals);
  if (webhook === null) throw new Error(`webhook ${uuid} was made and is gone`);
  return webhook;
}

interface Twin {
  readonly uuid: string;
  readonly project_id: string;
  readonly request_hash: Buffer | null;
  readonly secret_sealed: Buffer;
  readonly secret_rotated_at: Date | null;
  readonly created_at: Date;
}

async function findTwin(db: Database, createdBy: string, key: string): Promise<Twin | null> {
  const { rows } = await sql<Twin>`
    select uuid, project_id, request_hash, secret_sealed, secret_rotated_at, created_at
    from webhooks where created_by = ${createdBy} and idempotency_key = ${key}`.execute(db);
  return rows[0] ?? null;
}

async function readTwin(
  db: Database,
  { createdBy, idempotency, now, project }: NewWebhook,
  seals: WebhookSeals,
): Promise<WebhookCreation> {
  const twin = idempotency === null ? null : await findTwin(db, createdBy, idempotency.key);
  if (idempotency === null || twin === null) throw new Error('a webhook was neither made nor found');
  const isSame = twin.project_id === project.id && (twin.request_hash?.equals(hashOf(idempotency)) ?? false);
  if (!isSame) return { kind: 'conflict' };
  // Whoever lost the answer gets it again; for long, and once it was replaced, a secret is told to nobody.
  const isTold = twin.secret_rotated_at === null && now.getTime() - twin.created_at.getTime() < PREVIOUS_SECRET_MS;
  const secret = isTold ? seals.secret.open(twin.secret_sealed, twin.uuid) : null;
  return { kind: 'existing', webhook: await getWebhook(db, twin.uuid, seals), secret };
}

function hashOf({ request }: Idempotency): Buffer {
  return createHash('sha256').update(request).digest();
}

interface Row {
  readonly id: string;
  readonly uuid: string;
  readonly project_uuid: string;
  readonly url_sealed: Buffer;
  readonly events: string[];
  readonly email: string;
  readonly disabled_at: Date | null;
  readonly disabled_reason: WebhookDisabledReason | null;
  readonly failures_in_row: number;
  readonly resting_until: Date | null;
  readonly delivered_at: Date | null;
  readonly missed_at: Date | null;
  readonly secret_rotated_at: Date | null;
  readonly previous_secret_until: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

async function readWebhooks(
  db: Database,
  where: RawBuilder<unknown>,
  seals: Pick<WebhookSeals, 'url'>,
): Promise<readonly WebhookRecord[]> {
  const { rows } = await sql<Row>`
    select w.id, w.uuid, p.uuid as project_uuid, w.url_sealed, w.events, u.email, w.disabled_at, w.disabled_reason,
      w.failures_in_row, w.resting_until, w.delivered_at, w.missed_at, w.secret_rotated_at, w.previous_secret_until,
      w.created_at, w.updated_at
    from webhooks w join projects p on p.id = w.project_id join users u on u.id = w.created_by
    where ${where} order by w.id`.execute(db);
  return rows.map((row) => ({
    id: row.id,
    uuid: row.uuid,
    projectUuid: row.project_uuid,
    url: seals.url.open(row.url_sealed, row.uuid),
    events: row.events,
    createdBy: row.email,
    disabledAt: row.disabled_at,
    disabledReason: row.disabled_reason,
    failuresInRow: row.failures_in_row,
    restingUntil: row.resting_until,
    deliveredAt: row.delivered_at,
    missedAt: row.missed_at,
    secretRotatedAt: row.secret_rotated_at,
    previousSecretUntil: row.previous_secret_until,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }));
}
