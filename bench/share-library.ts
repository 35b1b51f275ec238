import { sql } from 'kysely';
import { addApiKey } from '../src/store/credentials';
import type { Database } from '../src/store/database';
import { generateAssets } from '../src/store/generate';
import { createUser } from '../src/store/people';
import { createProject } from '../src/store/project-creation';

/** What shares are made of. */
export interface ShareLibrary {
  readonly projectIds: readonly string[];
  readonly ownerIds: readonly string[];
  /** Of the first owner. */
  readonly apiKey: string;
}

const PROJECTS = 4;
const OWNERS = 20;
const ASSETS_OF_PROJECT = 1_000;

export async function fillShareLibrary(db: Database): Promise<ShareLibrary> {
  const ownerIds: string[] = [];
  for (let no = 0; no < OWNERS; no += 1) {
    ownerIds.push((await createUser(db, { email: `owner-${String(no)}@example.com`, admin: no === 0 })).id);
  }
  const [first = ''] = ownerIds;
  const projectIds: string[] = [];
  for (let no = 0; no < PROJECTS; no += 1) {
    const { id } = await createProject(db, `bench ${String(no)}`);
    await generateAssets(db, { projectId: id, ownerId: first, count: ASSETS_OF_PROJECT, folders: 0 });
    projectIds.push(id);
  }
  return { projectIds, ownerIds, apiKey: await addApiKey(db, first) };
}

/**
 * Makes shares as invitations make them, but by a few statements: each with an asset, an owner, a recipient and the mail
 * that has invited that one, sent. They expire evenly between `fromSeconds` and `toSeconds` from now; no notice is due.
 * Answers the id of the first; the others follow.
 */
export async function makeShares(
  db: Database,
  { projectIds, ownerIds }: ShareLibrary,
  count: number,
  fromSeconds: number,
  toSeconds: number,
): Promise<string> {
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ first: string }>`
      with asset as materialized (
        select id, project_id, row_number() over () - 1 as n
        from assets where project_id = any(${projectIds}::bigint[]) and media_type <> 'folder'
      ), made as (
        insert into shares (uuid, project_id, asset_id, owner_id, name, token_hash, expires_at, time_zone)
        select uuidv7(), a.project_id, a.id, (${ownerIds}::bigint[])[1 + g.n % ${ownerIds.length}::int], 'Rough cut ' || g.n,
          sha256(gen_random_uuid()::text::bytea),
          date_trunc('milliseconds', now() + make_interval(secs => ${fromSeconds}::float8 +
            (${toSeconds}::float8 - ${fromSeconds}::float8) * g.n / ${count}::int)), 'Europe/Berlin'
        from generate_series(0, ${count}::int - 1) as g (n)
          join asset a on a.n = g.n % (select count(*) from asset)
        order by g.n
        returning id
      )
      select min(id) as first from made`.execute(tx);
    const first = rows[0]?.first ?? '';
    await sql`insert into share_assets (share_id, no, asset_id)
      select id, 0, asset_id from shares where id >= ${first}`.execute(tx);
    await sql`insert into share_recipients (share_id, email)
      select id, 'reader-' || id || '@example.com' from shares where id >= ${first}`.execute(tx);
    await sql`insert into mails (uuid, event_key, template, recipient, data, state, attempts, sent_at)
      select uuidv7(), 'share:' || s.uuid || ':invited:' || r.email, 'share_invitation', r.email,
        jsonb_build_object('share', jsonb_build_object('uuid', s.uuid, 'name', s.name), 'message', null,
          'expiresAt', s.expires_at, 'timeZone', s.time_zone,
          'from', jsonb_build_object('name', null, 'email', 'owner@example.com')), 'sent', 1, now()
      from shares s join share_recipients r on r.share_id = s.id where s.id >= ${first}`.execute(tx);
    return first;
  });
}

/** The same for everyone: dead rows are cleared, the planner knows the tables, and no checkpoint is due. */
export async function settleShares(db: Database): Promise<void> {
  await sql`vacuum (analyze) shares, share_assets, share_recipients, mails, history, sync_events, sync_cursors`.execute(
    db,
  );
  await sql`checkpoint`.execute(db);
}
