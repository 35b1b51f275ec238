import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { addApiKey } from '../../../src/store/credentials';
import type { Store } from '../../../src/store/database';
import { readDagRunOfJob } from '../../../src/store/dag-run-reading';
import { createAssets, createUser, grantAccess, type TestThing } from '../../support/fixtures';
import { makeJpeg } from '../../support/media-files';
import type { Api } from './api';
import { applyAction } from './apply-action';
import { startFileServer } from './file-server';
import { holdAsset } from './held-asset';
import { createLibrary, fillFolder, type Library } from './library';
import type { Opened } from './opened';
import { until } from './until';

export const MOVED = 4_000;

/** What stood in a library when a backup was made of it. */
export interface BackupScene {
  readonly library: Library;
  readonly approverKey: string;
  readonly adminKey: string;
  /** Half done: some of its assets are moved, one chunk waits. */
  readonly moveToken: string;
  readonly target: TestThing;
  /** A run that waits for an approval, and its asset. */
  readonly run: { readonly token: string; readonly id: string; readonly asset: TestThing };
  readonly reviewed: TestThing;
  readonly openLink: string;
  readonly closingLink: string;
  readonly file: { readonly asset: TestThing; readonly sha256: string; readonly key: string };
}

/** Where a scene is set up; `api` is made of the key of its owner, once that is there. */
export interface Stage {
  readonly store: Store;
  readonly url: string;
  readonly opened: Opened;
  readonly apiOf: (key: string) => Api;
  readonly closesAt: Date;
}

const ACTION = 'Ask first';

/** Sets all of it up, by the API. */
export async function setUpScene(stage: Stage): Promise<BackupScene> {
  const { store, apiOf } = stage;
  const { db } = store;
  const library = await createLibrary(db);
  const admin = await createUser(db, { admin: true });
  const adminKey = await addApiKey(db, admin.id);
  const approver = await createUser(db);
  await grantAccess(db, library.project.id, approver.ownTeamId, { canApprove: true });
  const api = apiOf(library.apiKey);
  const adminApi = apiOf(adminKey);

  const file = await ingest(stage, library, api, 'before.jpg');
  const [reviewed, shared, asked] = await createAssets(db, placeOf(library), 3);
  if (reviewed === undefined || shared === undefined || asked === undefined) throw new Error('no assets were made');
  const review = await api.post<{ 'job.token': string }>(`/api/v1/galleries/${library.project.id}/review_request`, {
    asset_ids: [reviewed.uuid],
    policy: 'any',
  });
  await api.client.waitForJob(review.body['job.token']);
  const link = async (body: object) =>
    (await api.post<{ sharedLink: string }>(`/api/asset/${shared.uuid}/share`, body)).body.sharedLink;

  return {
    library,
    adminKey,
    approverKey: await addApiKey(db, approver.id),
    ...(await startMove(stage, library, api)),
    run: await startRun(store, adminApi, asked),
    reviewed,
    openLink: await link({ sharedDuration: 'day' }),
    closingLink: await link({ expirationDate: stage.closesAt.toISOString() }),
    file,
  };
}

/** Has a file fetched for a new asset, and waits for it. */
export async function ingest(
  { store, opened }: Pick<Stage, 'store' | 'opened'>,
  library: Library,
  api: Api,
  filename: string,
): Promise<BackupScene['file']> {
  const body = Buffer.concat([await makeJpeg(), Buffer.from(filename)]);
  const files = opened.keep(await startFileServer({ '/file': { body } }));
  const [asset] = await createAssets(store.db, placeOf(library), 1);
  if (asset === undefined) throw new Error('no asset was made');
  const answer = await api.client.send(`/api/v2/assets/${asset.key}/media`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ file_url: files.urlOf('/file'), filename }),
  });
  const token = answer.headers.get('job-token');
  if (token === null) throw new Error(`${String(answer.status)}: ${await answer.text()}`);
  await api.client.waitForJob(token);
  const sha256 = createHash('sha256').update(body).digest('hex');
  return { asset, sha256, key: `sha256/${sha256.slice(0, 2)}/${sha256}` };
}

async function startMove({ store, opened }: Stage, library: Library, api: Api) {
  const { source, target } = await fillFolder(store.db, library, MOVED);
  const last = await store.db
    .selectFrom('assets')
    .select('id')
    .where('parent_id', '=', source.id)
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow();
  // The chunk that has it waits for ever, here; in a copy nobody holds it.
  await holdAsset(store, opened, last.id);
  const moveToken = await api.move(library.project.uuid, target.uuid, [{ children: source.uuid }]);
  await until('half of it is moved', async () => (await api.job(moveToken)).succeeded >= MOVED / 2);
  return { moveToken, target };
}

/** Starts a run that waits for an approval, and waits until it does. */
export async function startRun(store: Store, api: Api, asset: TestThing): Promise<BackupScene['run']> {
  const nodes = [
    { id: 'ask', uses: 'approval', with: { message: 'Go on?' } },
    { id: 'mark', needs: ['ask'], uses: 'update_asset', with: { add_tags: ['approved'] } },
  ];
  await applyAction(api, { name: ACTION, nodes });
  const path = `/api/v2/assets/${asset.key}/dag_actions/${encodeURIComponent(ACTION)}`;
  const { body } = await api.post<{ dag_action_run: { id: number } }>(path, { inputs: {} });
  const id = String(body.dag_action_run.id);
  const { rows } = await sql<{ token: string }>`select j.uuid as token from dag_action_runs r
    join jobs j on j.id = r.job_id where r.id = ${id}`.execute(store.db);
  const token = rows[0]?.token ?? '';
  await until('the run asks', async () => {
    const run = await readDagRunOfJob(store.db, token);
    return run?.nodes.some((node) => node.id === 'ask' && node.state === 'waiting');
  });
  return { token, id, asset };
}

const placeOf = ({ project, user }: Library) => ({ projectId: project.id, ownerId: user.id });
