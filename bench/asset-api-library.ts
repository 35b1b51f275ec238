import { sql } from 'kysely';
import { toKey } from '../src/domain/names';
import { addApiKey } from '../src/store/credentials';
import { grantAccess } from '../src/store/access';
import type { Database } from '../src/store/database';
import { generateAssets } from '../src/store/generate';
import { createUser } from '../src/store/people';
import { createProject } from '../src/store/project-creation';

/** A library with one large project among others, and one asset in it that much has been said about. */
export interface AssetLibrary {
  /** Of a user who may read the large project as a member of a team. */
  readonly apiKey: string;
  readonly projectKey: string;
  /** Assets and folders of the large project. */
  readonly listed: number;
  readonly assetKey: string;
  readonly assetUuid: string;
}

const FOLDERS = 10;
const COMMENTS = 20;
/** A whole page of them. */
const EVENTS = 50;

/** Others hold a tenth each, made before and after the large one, so that its ids are a stretch in the middle. */
export async function fillAssetLibrary(db: Database, rows: number): Promise<AssetLibrary> {
  const user = await createUser(db, { email: 'reader@example.com', firstName: 'Ann', admin: false });
  const owner = await createUser(db, { email: 'owner@example.com', admin: false });
  const others = Math.ceil(rows / 10);
  const fill = async (name: string, count: number) => {
    const project = await createProject(db, name);
    await generateAssets(db, { projectId: project.id, ownerId: owner.id, count, folders: FOLDERS });
    return project;
  };
  await fill('before', others);
  const large = await fill('large', rows);
  await fill('after', others);
  const team = await db.selectFrom('teams').select('id').where('owner_id', '=', user.id).executeTakeFirstOrThrow();
  await grantAccess(db, large.id, team.id, { write: true, manage: false, approve: false }, new Date());
  const asset = await db
    .selectFrom('assets')
    .select(['id', 'uuid'])
    .where('project_id', '=', large.id)
    .where('parent_id', 'is not', null)
    .orderBy('id')
    .offset(Math.floor(rows / 2))
    .limit(1)
    .executeTakeFirstOrThrow();
  await sql`update assets set description = 'What can be seen, and by whom it was made.' where id = ${asset.id}`.execute(
    db,
  );
  await sql`insert into comments (asset_id, user_id, message, created_at, updated_at)
    select ${asset.id}, case n % 2 when 0 then ${user.id}::bigint else ${owner.id}::bigint end,
      'Comment ' || n || ' on what should be changed here', now(), now() from generate_series(1, ${COMMENTS}::int) n`.execute(
    db,
  );
  await sql`insert into history (asset_id, project_id, kind, actor_id, details, created_at)
    select ${asset.id}, ${large.id}, 'updated', ${owner.id}, '{"changed": ["title"]}', now()
    from generate_series(2, ${EVENTS}::int)`.execute(db);
  await sql`vacuum (analyze)`.execute(db);
  await sql`checkpoint`.execute(db);
  return {
    apiKey: await addApiKey(db, user.id),
    projectKey: large.key,
    listed: rows + FOLDERS,
    assetKey: toKey(asset.uuid),
    assetUuid: asset.uuid,
  };
}
