import { type Kysely, sql } from 'kysely';

/**
 * Comments that are written on the page of a share.
 *
 * - They are comments of the asset like others, and name the share. A guest has no account: `user_id` is null, and
 *   `guest_name` is what the guest said of himself. `share_id` has no foreign key: no share is ever deleted.
 * - Each is noted as a visit too, by which they are counted: who deletes one lets nobody write more.
 */
const STATEMENTS = [
  `alter table comments
    alter column user_id drop not null,
    add column share_id bigint,
    add column guest_name text,
    add constraint comments_author check (
      (user_id is null) = (guest_name is not null) and (guest_name is null or share_id is not null))`,
  `create index comments_of_share on comments (share_id, asset_id, id) where share_id is not null`,

  `alter table share_visits
    drop constraint share_visits_kind_check,
    add constraint share_visits_kind_check check (kind in ('view', 'download', 'download_all', 'comment'))`,
  `create index share_visits_comments on share_visits (share_id, at) where kind = 'comment'`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
