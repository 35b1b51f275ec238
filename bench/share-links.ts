import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { createSharePasswords } from '../src/http/share-password';
import type { Database } from '../src/store/database';
import { createShareToken } from '../src/store/share-token';
import { generateAssets } from '../src/store/generate';
import { createUser } from '../src/store/people';
import { createProject } from '../src/store/project-creation';

/** What became of a link. */
export type LinkKind = 'live' | 'unknown' | 'unknown again' | 'expired' | 'revoked' | 'asset gone' | 'owner gone';

/** Wrong passwords that a link bears before it has them wait. */
const TRIES_OF_LINK = 4;

/** Links of every kind, as many as are needed to try a wrong password at so many. */
export async function makeLinks(db: Database, tries: number): Promise<Readonly<Record<LinkKind, readonly string[]>>> {
  const count = Math.ceil(tries / TRIES_OF_LINK);
  const owner = await createUser(db, { email: 'owner@example.com', admin: false });
  const gone = await createUser(db, { email: 'gone@example.com', admin: false });
  const project = await createProject(db, 'shares');
  await generateAssets(db, { projectId: project.id, ownerId: owner.id, count: 2, folders: 1 });
  const { rows } = await sql<{ id: string }>`
    select id from assets where project_id = ${project.id} and media_type <> 'folder' order by id limit 2`.execute(db);
  const [live = '', trashed = ''] = rows.map(({ id }) => id);
  const passwordHash = await createSharePasswords().hash('the right one');
  const make = async (assetId: string, ownerId: string) => {
    const tokens = Array.from({ length: count }, createShareToken);
    await sql`
      with made as (
        insert into shares (uuid, project_id, asset_id, owner_id, permissions, token_hash, password_hash)
        select uuidv7(), ${project.id}, ${assetId}, ${ownerId}, '{view}', t, ${passwordHash}
        from unnest(${tokens.map(({ hash }) => hash)}::bytea[]) t returning id)
      insert into share_assets (share_id, no, asset_id) select id, 1, ${assetId} from made`.execute(db);
    return tokens;
  };
  const named = async (assetId: string, ownerId: string, change?: string) => {
    const tokens = await make(assetId, ownerId);
    const hashes = tokens.map(({ hash }) => hash);
    if (change !== undefined)
      await sql`update shares set ${sql.raw(change)} where token_hash = any(${hashes}::bytea[])`.execute(db);
    return tokens.map(({ token }) => token);
  };
  const unknown = () => Array.from({ length: count }, () => randomBytes(24).toString('base64url'));
  const links = {
    live: await named(live, owner.id),
    unknown: unknown(),
    'unknown again': unknown(),
    expired: await named(
      live,
      owner.id,
      `status = 'expired', expires_at = now() - interval '1 day', expired_at = now()`,
    ),
    revoked: await named(live, owner.id, `status = 'revoked', revoked_at = now()`),
    'asset gone': await named(trashed, owner.id),
    'owner gone': await named(live, gone.id),
  };
  await sql`update assets set deleted_at = now(), trash_root_id = id where id = ${trashed}`.execute(db);
  await sql`update users set deleted_at = now() where id = ${gone.id}`.execute(db);
  await sql`vacuum (analyze) shares, share_assets, assets, users`.execute(db);
  return links;
}
