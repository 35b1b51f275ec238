import { type Kysely, sql } from 'kysely';

/**
 * What a purge of the trash found due when it began, and how far it has come: the counts of a purge must add up whatever
 * is killed, so they are written in the transactions that delete.
 */
const STATEMENTS = [
  `create table purges (
    id bigint generated always as identity primary key,
    token text not null unique,
    cutoff timestamptz not null,
    objects_removed bigint not null default 0,
    created_at timestamptz not null default now()
  )`,
  `create index purges_age on purges (created_at)`,

  // Up to a thousand roots with the number of assets that each stands for. Once claimed, only the roots that are deleted
  // are left in the list.
  `create table purge_chunks (
    purge_id bigint not null references purges on delete cascade,
    no int not null,
    root_ids bigint[] not null,
    row_counts bigint[] not null,
    total bigint not null,
    purged bigint not null default 0,
    kept bigint not null default 0,
    claimed_at timestamptz,
    done_at timestamptz,
    primary key (purge_id, no),
    check (purged + kept <= total),
    check (done_at is null or purged + kept = total)
  )`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
