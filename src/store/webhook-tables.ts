import type { Generated, GeneratedAlways } from 'kysely';
import type { MadeAt } from './column-types';

export interface WebhookTables {
  webhooks: WebhookTable;
  webhook_deliveries: WebhookDeliveryTable;
  webhook_attempts: WebhookAttemptTable;
}

interface WebhookTable {
  id: GeneratedAlways<string>;
  uuid: string;
  project_id: string;
  created_by: string;
  url_sealed: Buffer;
  secret_sealed: Buffer;
  previous_secret_sealed: Buffer | null;
  previous_secret_until: Date | null;
  secret_rotated_at: Date | null;
  events: string[];
  cursor: string;
  missed_at: Date | null;
  disabled_at: Date | null;
  disabled_reason: string | null;
  failures_in_row: Generated<number>;
  resting_until: Date | null;
  delivered_at: Date | null;
  idempotency_key: string | null;
  request_hash: Buffer | null;
  created_at: MadeAt;
  updated_at: Generated<Date>;
}

interface WebhookDeliveryTable {
  id: GeneratedAlways<string>;
  uuid: string;
  webhook_id: string;
  event_key: string;
  type: string;
  payload: string;
  state: Generated<string>;
  attempts: Generated<number>;
  tries: Generated<number>;
  tried_since: Date;
  next_attempt_at: Date;
  claimed_at: Date | null;
  last_status: number | null;
  last_fault: string | null;
  created_at: MadeAt;
  ended_at: Date | null;
}

interface WebhookAttemptTable {
  delivery_id: string;
  no: number;
  started_at: MadeAt;
  duration_ms: number | null;
  status: number | null;
  fault: string | null;
}
