import { sql } from 'kysely';
import type { Database } from './database';
import { WEBHOOK_LOST_AFTER_MS } from './webhook-claims';
import type { WebhookRef } from './webhook-collecting';

/** What waits at a webhook. */
export interface WaitingDeliveries {
  /** Those under way included. */
  readonly waiting: number;
  /** Until one of them is due, in ms and at least 1; null when none waits. */
  readonly nextInMs: number | null;
}

/** By the clock of who sends; what others have under way counts as lost after a while by that of the store. */
export async function readWaitingDeliveries(db: Database, webhookUuid: string, at: Date): Promise<WaitingDeliveries> {
  const { rows } = await sql<{ waiting: string; due: number | null; lost: number | null }>`
    select count(*) as waiting,
      (extract(epoch from greatest(min(d.next_attempt_at) filter (where d.state = 'waiting'),
        case when bool_or(d.state = 'waiting') then max(w.resting_until) end) - ${at}) * 1000)::float8 as due,
      (extract(epoch from min(d.claimed_at) filter (where d.state = 'sending')
        + make_interval(secs => ${WEBHOOK_LOST_AFTER_MS / 1_000}) - clock_timestamp()) * 1000)::float8 as lost
    from webhooks w join webhook_deliveries d on d.webhook_id = w.id and d.state in ('waiting', 'sending')
    where w.uuid = ${webhookUuid}`.execute(db);
  const { waiting = '0', due = null, lost = null } = rows[0] ?? {};
  const nextInMs = Math.min(due ?? Infinity, lost ?? Infinity);
  return { waiting: Number(waiting), nextInMs: nextInMs === Infinity ? null : Math.max(1, Math.ceil(nextInMs)) };
}

/** What is due for longer than this, at an endpoint that does not rest, is overdue. */
export const WEBHOOK_OVERDUE_SECONDS = 60;

const OVERDUE = sql`
  d.state in ('waiting', 'sending')
  and (case when d.state = 'waiting' then greatest(d.next_attempt_at, w.resting_until) else d.claimed_at end)
    < clock_timestamp() - make_interval(secs => ${WEBHOOK_OVERDUE_SECONDS})`;

/** Webhooks at which something is overdue: their workflow is gone or was never started. */
export async function findOverdueWebhooks(db: Database, limit: number): Promise<readonly WebhookRef[]> {
  const { rows } = await sql<WebhookRef>`
    select w.uuid as webhook, p.uuid as project from webhooks w join projects p on p.id = w.project_id
    where exists (select from webhook_deliveries d where d.webhook_id = w.id and ${OVERDUE})
    order by w.id limit ${limit}`.execute(db);
  return rows;
}

/** What operators watch of webhooks. */
export interface WebhookStatistics {
  readonly waiting: number;
  readonly overdue: number;
  /** Given up within the last hour. */
  readonly failedLately: number;
  /** Endpoints whose last attempt failed. */
  readonly failingEndpoints: number;
  /** By the service, not by people. */
  readonly disabledEndpoints: number;
  /** How far the webhook that is furthest behind has to look through the log of its project, in events. */
  readonly behind: number;
}

export async function readWebhookStatistics(db: Database): Promise<WebhookStatistics> {
  const { rows } = await sql<Record<keyof WebhookStatistics, string | null>>`
    select
      (select count(*) from webhook_deliveries where state in ('waiting', 'sending')) as waiting,
      (select count(*) from webhook_deliveries d join webhooks w on w.id = d.webhook_id where ${OVERDUE}) as overdue,
      (select count(*) from webhook_deliveries where ended_at > clock_timestamp() - interval '1 hour' and state = 'failed') as "failedLately",
      (select count(*) from webhooks where failures_in_row > 0 and disabled_at is null) as "failingEndpoints",
      (select count(*) from webhooks where disabled_reason in ('gone', 'failing')) as "disabledEndpoints",
      (select max(c.cursor - w.cursor) from webhooks w join sync_cursors c on c.project_id = w.project_id
        where w.disabled_at is null) as behind`.execute(db);
  const [row] = rows;
  const of = (name: keyof WebhookStatistics) => Number(row?.[name] ?? 0);
  return {
    waiting: of('waiting'),
    overdue: of('overdue'),
    failedLately: of('failedLately'),
    failingEndpoints: of('failingEndpoints'),
    disabledEndpoints: of('disabledEndpoints'),
    behind: of('behind'),
  };
}
