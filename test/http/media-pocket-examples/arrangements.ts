import { addProject, addSampleAction, addSampleAsset, addSampleRun, addSampleCollection, addSampleComment, addSampleMedia, type Library, permitOnly, postSampleAsset } from './library'; // prettier-ignore

/** What an example is sent with in place of what stands on the page. */
export interface Arranged {
  /** Parts of the path by their names in the route. */
  readonly parts: Readonly<Record<string, string>>;
  /** Members of the request body. */
  readonly request?: Readonly<Record<string, string>>;
}

type Arrangement = (library: Library) => Promise<Arranged>;

const nothing: Arrangement = async () => ({ parts: {} });

const anAsset: Arrangement = async (library) => ({ parts: { asset_id: (await addSampleAsset(library)).key } });

const anImageWithoutMedia: Arrangement = async (library) => ({
  parts: { asset_id: (await addSampleAsset(library, { image: true })).key },
});

const aTrashedAsset: Arrangement = async (library) => ({
  parts: { asset_id: (await addSampleAsset(library, { trashed: true })).key },
});

const anAddedAsset: Arrangement = async (library) => ({ parts: { asset_id: await postSampleAsset(library) } });

const anAssetWithTheExternalId: Arrangement = async (library) => {
  await addSampleAsset(library, { externalId: 'already_used_id' });
  return { parts: {} };
};

const aComment: Arrangement = async (library) => {
  const asset = await addSampleAsset(library);
  return { parts: { asset_id: asset.key, comment_id: await addSampleComment(library, asset, library.caller) } };
};

/** On an asset of the caller's own. */
const aCommentOfSomebodyElse: Arrangement = async (library) => {
  const asset = await addSampleAsset(library);
  return { parts: { asset_id: asset.key, comment_id: await addSampleComment(library, asset, library.other) } };
};

const aCollection: Arrangement = async (library) => {
  const asset = await addSampleAsset(library);
  await addSampleCollection(library, asset);
  return { parts: { asset_id: asset.key } };
};

const mediaWithoutTheirFile: Arrangement = async (library) => {
  const asset = await addSampleAsset(library);
  return { parts: { asset_id: asset.key, media_id: await addSampleMedia(library, asset) } };
};

const anAssetInAProject: Arrangement = async (library) => {
  const project = await addProject(library);
  return { parts: { asset_id: (await addSampleAsset(library, { projectId: project.id })).key } };
};

const anAssetAndAProject: Arrangement = async (library) => {
  const { parts } = await anAsset(library);
  return { parts, request: { to_project_id: (await addProject(library)).key } };
};

const anAssetInAProjectAndAnother: Arrangement = async (library) => {
  const { parts } = await anAssetInAProject(library);
  return { parts, request: { to_project_id: (await addProject(library)).key } };
};

const anAssetAsItsOwnProject: Arrangement = async (library) => {
  const asset = await addSampleAsset(library);
  return { parts: { asset_id: asset.key }, request: { to_project_id: asset.key } };
};

const permitted =
  (names: readonly string[], arrangement: Arrangement): Arrangement =>
  async (library) => {
    await permitOnly(library, names);
    return arrangement(library);
  };

const anActionFor =
  (number: number): Arrangement =>
  async (library) => ({
    parts: {
      asset_id: (await addSampleAsset(library)).key,
      dag_action_id: (await addSampleAction(library, number)).id,
    },
  });

const aRun: Arrangement = async (library) => {
  const asset = await addSampleAsset(library);
  await addSampleRun(library, asset, await addSampleAction(library, 4));
  return { parts: { asset_id: asset.key } };
};

/** The state of the store that each example needs. */
export const ARRANGEMENTS: Readonly<Record<string, Arrangement>> = {
  'GET /api/v2/assets/:asset_id/comments: Successful request': aComment,
  'GET /api/v2/assets/:asset_id/comments: If :asset_id is not found': nothing,
  'POST /api/v2/assets/:asset_id/comments: Successful request': anAsset,
  'POST /api/v2/assets/:asset_id/comments: If :asset_id is not found': nothing,
  'POST /api/v2/assets/:asset_id/comments/:comment_id: Successful request': aComment,
  'POST /api/v2/assets/:asset_id/comments/:comment_id: If :asset_id is not found': nothing,
  'POST /api/v2/assets/:asset_id/comments/:comment_id: If :comment_id is not found': anAsset,
  'POST /api/v2/assets/:asset_id/comments/:comment_id: If current user is not a owner of the comment':
    aCommentOfSomebodyElse,
  'DELETE /api/v2/assets/:asset_id/comments/:comment_id: Successful request': aComment,
  'DELETE /api/v2/assets/:asset_id/comments/:comment_id: If :asset_id is not found': nothing,
  'DELETE /api/v2/assets/:asset_id/comments/:comment_id: If :comment_id is not found': anAsset,
  'DELETE /api/v2/assets/:asset_id/comments/:comment_id: If current user is not a owner of the comment':
    aCommentOfSomebodyElse,
  'GET /api/v2/assets/:asset_id/comments/:comment_id: Successful request': aComment,
  'GET /api/v2/assets/:asset_id/comments/:comment_id: If :asset_id is not found': nothing,
  'GET /api/v2/assets/:asset_id/comments/:comment_id: If :comment_id is not found': anAsset,
  'GET /api/v2/assets/:asset_id/history/:cursor: Successful request': anAddedAsset,
  'GET /api/v2/assets/:asset_id/history/:cursor: If :asset_id is not found': nothing,
  'GET /api/v2/assets/:asset_id/history/:cursor: Unprocessable entity': anAsset,
  'GET /api/v2/assets/:asset_id: Failed request': nothing,
  'GET /api/v2/assets/:asset_id: Successful request': anAsset,
  'GET /api/v2/assets/:asset_id/collections: Failed request': nothing,
  'GET /api/v2/assets/:asset_id/collections: Succesful request': aCollection,
  'GET /api/v2/assets/:asset_id/media: Successful request': anAsset,
  'GET /api/v2/assets/:asset_id/media: Successful request with media locations included': anAsset,
  'GET /api/v2/assets/:asset_id/media: Failed request': nothing,
  'GET /api/v2/assets/:asset_id/media/:media_id/download_url: Successful request': mediaWithoutTheirFile,
  'GET /api/v2/assets/:asset_id/media/:media_id/download_url: Failed request': nothing,
  'GET /api/v2/assets/:asset_id/media/:media_id/download_url: Failed request (2)': anAsset,
  'POST /api/v2/assets/:asset_id/media: HTTP file URL': anAsset,
  'POST /api/v2/assets/:asset_id/media: HTTPS file URL': anAsset,
  'POST /api/v2/assets/:asset_id/media: Invalid file URL': anAsset,
  'POST /api/v2/assets: Failed request, missing required "title" parameter': nothing,
  'POST /api/v2/assets: Failed request, invalid media type': nothing,
  'POST /api/v2/assets: Successful request': nothing,
  'POST /api/v2/assets: External ID has already been taken': anAssetWithTheExternalId,
  'POST /api/v2/assets: Successful request, valid media type': nothing,
  'PUT /api/v2/assets/:asset_id: Successful request': anAsset,
  'PUT /api/v2/assets/:asset_id: Invalid request': nothing,
  'PUT /api/v2/assets/:asset_id: With invalid parameters': anAsset,
  'POST /api/v2/assets/:asset_id/trash_bin: Failed request': nothing,
  'POST /api/v2/assets/:asset_id/trash_bin: Successful request': anAsset,
  'POST /api/v2/assets/:asset_id/restore: Failed request': nothing,
  'POST /api/v2/assets/:asset_id/restore: Trying to restore asset that is not in trash bin': anAsset,
  'POST /api/v2/assets/:asset_id/restore: Successful request': aTrashedAsset,
  'DELETE /api/v2/assets/:asset_id: Failed request': nothing,
  'DELETE /api/v2/assets/:asset_id: Successful request': anAsset,
  'POST /api/v2/assets/:asset_id/assign: Invalid request': nothing,
  'POST /api/v2/assets/:asset_id/assign: Successful request': anAssetAndAProject,
  'POST /api/v2/assets/:asset_id/assign: Invalid to_project_id parameter': anAsset,
  'POST /api/v2/assets/:asset_id/assign: Trying to assign asset to self': anAssetAsItsOwnProject,
  'POST /api/v2/assets/:asset_id/assign: Asset already has a parent project': anAssetInAProjectAndAnother,
  'DELETE /api/v2/assets/:asset_id/unassign: Invalid request': nothing,
  'DELETE /api/v2/assets/:asset_id/unassign: Asset has no parent project': anAsset,
  'DELETE /api/v2/assets/:asset_id/unassign: Successful request': anAssetInAProject,
  'DELETE /api/v2/assets/:asset_id/media: Failed request': nothing,
  'DELETE /api/v2/assets/:asset_id/media: Succesful request': anImageWithoutMedia,
  'GET /api/v2/assets/:asset_id/dag_actions: Successful request': permitted(['ACTIONS_VIEW'], anActionFor(1)),
  "GET /api/v2/assets/:asset_id/dag_actions: If user does not have 'ACTIONS_VIEW' permission": permitted(
    ['ACTIONS_START'],
    anAsset,
  ),
  'GET /api/v2/assets/:asset_id/dag_actions: If :asset_id is not found': permitted([], nothing),
  'POST /api/v2/assets/:asset_id/dag_actions/:dag_action_id: Successful request': permitted(
    ['ACTIONS_START'],
    anActionFor(2),
  ),
  "POST /api/v2/assets/:asset_id/dag_actions/:dag_action_id: If user does not have 'ACTIONS_START' permission":
    permitted(['ACTIONS_VIEW'], anActionFor(3)),
  'POST /api/v2/assets/:asset_id/dag_actions/:dag_action_id: If :dag_action_id is not found': permitted(
    ['ACTIONS_START'],
    anAsset,
  ),
  'GET /api/v2/assets/:asset_id/dag_action_runs: Successful request': permitted(['ACTIONS_VIEW'], aRun),
  "GET /api/v2/assets/:asset_id/dag_action_runs: If user does not have 'ACTIONS_VIEW' permission": permitted(
    ['ACTIONS_START'],
    anAsset,
  ),
  'GET /api/v2/assets/:asset_id/dag_action_runs: If :asset_id is not found': permitted([], nothing),
};
