import { toKey } from '../../../src/domain/names';
import { applyDagAction, type DagActionRecord, findDagAction } from '../../../src/store/dag-actions';
import { createDagRun } from '../../../src/store/dag-run-creation';
import type { Database } from '../../../src/store/database';
import { newUuid } from '../../../src/store/ids';
import { grantPermissions } from '../../../src/store/people';
import type { MediaPocketApp } from '../media-pocket-app';
import { createDefinition } from '../../support/dag-actions';
import { createProject, grantAccess, type TestThing, type TestUser } from '../../support/fixtures';

/** Where examples are arranged: a store, who calls, and somebody else. */
export interface Library {
  readonly db: Database;
  readonly facade: MediaPocketApp;
  readonly caller: TestUser;
  readonly callerKey: string;
  readonly other: TestUser;
}

export interface SampleAsset {
  readonly projectId?: string;
  readonly externalId?: string;
  readonly trashed?: boolean;
  /** The asset had media once, and shows their traces. */
  readonly image?: boolean;
}

/** The asset of the examples; the caller's own. */
export async function addSampleAsset({ db, caller }: Library, sample: SampleAsset = {}): Promise<TestThing> {
  const traces = { ai_tags: ['test', 'tag'], media_type: 'image', original_filename: 'test_filename.jpg', md5_sum: 'c6779ec2960296ed9a04f08d67f64422' }; // prettier-ignore
  const asset = await db
    .insertInto('assets')
    .values({
      uuid: newUuid(),
      project_id: sample.projectId ?? null,
      media_type: 'placeholder',
      title: 'Sample Asset',
      description: 'Sample asset description.',
      category: 'test asset category',
      tags: ['test', 'tag'],
      owner_id: caller.id,
      external_id: sample.externalId ?? null,
      ...(sample.image === true ? traces : {}),
    })
    .returning(['id', 'uuid'])
    .executeTakeFirstOrThrow();
  if (sample.trashed === true) {
    await db
      .updateTable('assets')
      .set({ deleted_at: new Date(), trash_root_id: asset.id })
      .where('id', '=', asset.id)
      .execute();
  }
  return { ...asset, key: toKey(asset.uuid) };
}

/** The comment of the examples; its number. */
export async function addSampleComment({ db }: Library, asset: TestThing, author: TestUser): Promise<string> {
  const at = new Date();
  const comment = await db
    .insertInto('comments')
    .values({
      asset_id: asset.id,
      user_id: author.id,
      message: 'Sample comment for tests',
      created_at: at,
      updated_at: at,
    }) // prettier-ignore
    .returning('id')
    .executeTakeFirstOrThrow();
  return comment.id;
}

/** The collection of the examples, with the asset in it. */
export async function addSampleCollection({ db, caller }: Library, asset: TestThing): Promise<void> {
  const title = 'Sample Collection';
  const collection = await db
    .insertInto('collections')
    .values({
      uuid: newUuid(),
      title,
      original_title: title,
      description: 'Sample collection description.',
      owner_id: caller.id,
    }) // prettier-ignore
    .returning('id')
    .executeTakeFirstOrThrow();
  await db.insertInto('collection_assets').values({ collection_id: collection.id, asset_id: asset.id }).execute();
}

/** A media row of the asset whose file is gone; its number. */
export async function addSampleMedia({ db }: Library, asset: TestThing): Promise<string> {
  const media = await db
    .insertInto('media')
    .values({
      asset_id: asset.id,
      filename: 'test_filename.jpg',
      media_type: 'image',
      content_type: 'image/jpeg',
      size_bytes: '1024',
      md5_sum: 'c6779ec2960296ed9a04f08d67f64422',
      sha256_sum: 'a'.repeat(64),
      object_key: `sha256/${asset.uuid}`,
      created_at: new Date(),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return media.id;
}

/** A project into which the caller may write. */
export async function addProject({ db, caller }: Library): Promise<TestThing> {
  const project = await createProject(db);
  await grantAccess(db, project.id, caller.ownTeamId, { canWrite: true });
  return project;
}

/** The asset of the examples, made by the API itself, so that its history tells of it. */
export async function postSampleAsset({ facade, callerKey }: Library): Promise<string> {
  const answer = await facade.call(callerKey, 'POST', '/api/v2/assets', { title: 'Sample Asset' });
  if (answer.statusCode !== 200) throw new Error(`POST /api/v2/assets answered ${String(answer.statusCode)}`);
  return answer.json<{ asset: { id: string } }>().asset.id;
}

/** Takes every permission from the caller but these. */
export async function permitOnly({ db, caller }: Library, names: readonly string[]): Promise<void> {
  await db.deleteFrom('permissions').where('user_id', '=', caller.id).execute();
  await grantPermissions(db, caller.id, names);
}

/** An action of the examples, of one node `a`. */
export async function addSampleAction({ db }: Library, number: number): Promise<DagActionRecord> {
  const name = `Sample DAG action ${String(number)}`;
  await applyDagAction(db, createDefinition({ name, description: 'Sample DAG action for tests' }), name, null, new Date()); // prettier-ignore
  const action = await findDagAction(db, name);
  if (action === null) throw new Error(`${name} is not there`);
  return action;
}

/** A run by the caller that nobody has taken up. */
export async function addSampleRun(
  { db, caller }: Library,
  asset: TestThing,
  action: DagActionRecord,
): Promise<string> {
  const creation = await createDagRun(db, {
    ...{
      token: newUuid(),
      action,
      asset,
      project: null,
      actor: caller,
      inputs: {},
      origin: 'start',
      originRunId: null,
    },
    ...{ keptNodes: [], depth: 0, idempotency: null, dispatched: false, now: new Date() },
  });
  if (creation.kind !== 'created') throw new Error(`the run is ${creation.kind}`);
  return creation.runId;
}
