import type { Generated, GeneratedAlways } from 'kysely';
import type { Instant, Json, MadeAt } from './column-types';

export interface ShareTable {
  id: GeneratedAlways<string>;
  uuid: string;
  project_id: string | null;
  /** The asset by whose path it was made. */
  asset_id: string;
  owner_id: string;
  name: string | null;
  message: string | null;
  /** IANA name; a date without a time ends there. */
  time_zone: Generated<string>;
  type: Generated<string>;
  status: Generated<string>;
  permissions: Generated<string[]>;
  /** How long it was to last from when that was said; null for a date, and for never. */
  duration_hours: number | null;
  token_hash: Buffer;
  password_hash: string | null;
  /** Raised when earlier unlocks must not count any more. */
  version: Generated<number>;
  expires_at: Instant | null;
  /** When the owner is to be told of the expiry; null when that was done, or is not to be. */
  notice_at: Instant | null;
  due_at: GeneratedAlways<Date | null>;
  expired_at: Instant | null;
  revoked_at: Instant | null;
  revoked_by: string | null;
  created_at: MadeAt;
  updated_at: Generated<Date>;
}

export interface ShareAssetTable {
  share_id: string;
  no: number;
  asset_id: string;
  withdrawn_at: Instant | null;
  /** trashed, unshared or removed. */
  withdrawn_reason: string | null;
}

export interface ShareRecipientTable {
  share_id: string;
  /** In lower case. */
  email: string;
  user_id: string | null;
  created_at: MadeAt;
}

export interface ShareVisitTable {
  id: GeneratedAlways<string>;
  share_id: string;
  at: MadeAt;
  kind: string;
  asset_id: string | null;
  user_id: string | null;
  address_hash: Buffer;
}

export interface SharePasswordFailureTable {
  share_id: string;
  address_hash: Buffer;
  failures: number;
  blocked_until: Instant | null;
  last_at: Date;
}

export interface MailTable {
  id: GeneratedAlways<string>;
  uuid: string;
  /** Names the event and the recipient: a mail is made once for each. */
  event_key: string;
  template: string;
  recipient: string;
  data: Json;
  state: Generated<string>;
  attempts: Generated<number>;
  next_attempt_at: Generated<Date>;
  claimed_at: Instant | null;
  sent_at: Instant | null;
  error: string | null;
  created_at: MadeAt;
}
