import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { addApiKey } from '../../src/store/credentials';
import { deriveWebhookKey, toWebhookSecret } from '../../src/webhook-key';
import { createAssets, createFolder, createUser, grantAccess, type TestThing } from '../support/fixtures';
import { makeJpeg } from '../support/media-files';
import { createApi } from './support/api';
import { type DagStack, openDagStack, statesOf } from './support/dag-stack';
import { countIn } from './support/direct-count';
import { type FileServer, startFileServer } from './support/file-server';
import { createOpened } from './support/opened';
import type { RecordedRequest } from './support/recording-server';
import { REPOSITORY } from './support/root-process';
import { until } from './support/until';

const opened = createOpened();
let stack: DagStack;
let files: FileServer;

beforeAll(async () => {
  stack = await openDagStack(opened);
  files = opened.keep(await startFileServer({ '/cat.jpg': { body: await makeJpeg() } }));
});
afterAll(() => opened.closeAll());

describe('the actions that are shipped', () => {
  test('publish with review: previews, a review that is waited for, a share and a signed notice', async () => {
    const name = await applyExample('publish-with-review.yaml');
    const asset = await ingestPicture();
    const approver = await createUser(stack.store.db);
    await grantAccess(stack.store.db, stack.library.project.id, approver.ownTeamId, { canApprove: true });
    const token = await stack.start(asset, name, { notify_url: stack.server.urlOf('/published') });
    await stack.whenStates(token, { review: 'waiting' });
    const asApprover = opened.keep(createApi(stack.installation.url, await addApiKey(stack.store.db, approver.id)));
    const answer = await until('the request is there', async () => {
      const { status } = await asApprover.patch(`/api/v1/assets/${asset.id}/review_request`, { status: 'approved' });
      return status === 200;
    });
    expect(answer).toBe(true);
    const run = await stack.ended(token);
    expect([run.status, statesOf(run)]).toEqual([
      'succeeded',
      { metadata: 'succeeded', previews: 'succeeded', review: 'succeeded', published: 'succeeded', open: 'succeeded', tell: 'succeeded', mark: 'omitted', tell_failure: 'omitted' }, // prettier-ignore
    ]);
    expect(await stack.tagsOf(asset)).toContain('published');
    const notices = stack.server.arrivals.filter(({ path }) => path === '/published');
    expect(notices.map(({ body }) => JSON.parse(body) as object)).toMatchObject([
      { type: 'asset.published', data: { asset: asset.key } },
    ]);
    await verifyWebhook(notices[0]);
  });

  test('ingest and notify: a file is fetched, looked into and told of', async () => {
    const name = await applyExample('ingest-and-notify.yaml');
    const asset = await stack.createAsset();
    const inputs = {
      url: files.urlOf('/cat.jpg'),
      filename: 'cat.jpg',
      notify_url: stack.server.urlOf('/found'),
      large_width: 300,
    };
    const run = await stack.ended(await stack.start(asset, name, inputs));
    expect([run.status, statesOf(run)]).toEqual([
      'succeeded',
      {
        fetch: 'succeeded',
        metadata: 'succeeded',
        tag_large: 'succeeded',
        notify: 'succeeded',
        tell_failure: 'skipped',
      },
    ]);
    expect(await stack.tagsOf(asset)).toEqual(['large']);
    const told = stack.server.arrivals.find(({ path }) => path === '/found');
    expect(JSON.parse(told?.body ?? '{}')).toMatchObject({ asset: asset.key, media_type: 'image', large: true });
    expect(told?.key).toBe(`${run.token}:notify`);
    expect((await stack.api.job(run.token)).links.children).toMatchObject([{ relation: 'child' }]);
  });

  test('archive: a person agrees by a form, and the asset is moved and told of', async () => {
    const name = await applyExample('archive.yaml');
    const asset = await stack.createAsset();
    const folder = await createFolder(stack.store.db, {
      projectId: stack.library.project.id,
      ownerId: stack.library.user.id,
    });
    const token = await stack.start(asset, name, { folder: folder.uuid, notify_url: stack.server.urlOf('/archived') });
    const waiting = await stack.whenStates(token, { agree: 'waiting' });
    const path = `/api/v2/assets/${asset.key}/dag_action_runs/${waiting.id}/nodes/agree/approval`;
    expect((await stack.api.post(path, { decision: 'approve', values: { keep_years: 'ten' } })).status).toBe(422);
    expect(
      (await stack.api.post(path, { decision: 'approve', values: { reason: 'old', keep_years: 10 } })).status,
    ).toBe(200);
    const run = await stack.ended(token);
    expect([run.status, statesOf(run)]).toEqual(['succeeded', { agree: 'succeeded', move: 'succeeded', tag: 'succeeded', notify: 'succeeded' }]); // prettier-ignore
    const { parent_id: parent } = await stack.store.db.selectFrom('assets').select('parent_id').where('id', '=', asset.id).executeTakeFirstOrThrow(); // prettier-ignore
    expect(parent).toBe(folder.id);
    const told = stack.server.arrivals.find(({ path: to }) => to === '/archived');
    expect(JSON.parse(told?.body ?? '{}')).toMatchObject({ data: { asset: asset.key, approved_by: stack.admin.email, keep_years: 10 } }); // prettier-ignore
  });
});

describe('runs inside runs, and loops of jobs', () => {
  test('a child run gives its nodes to its parent, and a loop of moves moves each asset once', async () => {
    await stack.apply({ name: 'Inner', inputs: { tag: { type: 'string' } }, nodes: [{ id: 'tag', uses: 'update_asset', with: { add_tags: ['${{ inputs.tag }}'] } }] }); // prettier-ignore
    const name = 'Outer';
    const place = { projectId: stack.library.project.id, ownerId: stack.library.user.id };
    const folder = await createFolder(stack.store.db, place);
    const moved = await createAssets(stack.store.db, place, 5, 'moved');
    await stack.apply({
      name,
      inputs: { assets: { type: 'list' } },
      nodes: [
        { id: 'inner', uses: 'run_action', with: { action: 'Inner', inputs: { tag: 'from-outside' } } },
        { id: 'check', needs: ['inner'], if: "nodes.inner.output.status == 'succeeded'", uses: 'update_asset', with: { add_tags: ['checked'] } }, // prettier-ignore
        { id: 'moves', uses: 'for_each', with: { items: 'inputs.assets', window: 2, node: { uses: 'move', with: { asset: '${{ item }}', to: folder.uuid } } } }, // prettier-ignore
      ],
    });
    const asset = await stack.createAsset();
    const run = await stack.ended(await stack.start(asset, name, { assets: moved.map(({ uuid }) => uuid) }));
    expect(statesOf(run)).toEqual({ inner: 'succeeded', check: 'succeeded', moves: 'succeeded' });
    expect((await stack.tagsOf(asset)).toSorted()).toEqual(['checked', 'from-outside']);
    expect(await countIn(stack.store.db, folder.id)).toBe(5);
    for (const each of moved) expect(await stack.countHistory(each, 'moved')).toBe(1);
    expect((await stack.api.job(run.token)).links.children).toHaveLength(6);
  });

  test('a cancelled run cancels the jobs that it has started', async () => {
    const name = 'Cancelled with a child';
    await stack.apply({ name: 'Slow', nodes: [{ id: 'slow', uses: 'wait', with: { duration: '1h' } }] });
    await stack.apply({ name, nodes: [{ id: 'child', uses: 'run_action', with: { action: 'Slow' } }] });
    const token = await stack.start(await stack.createAsset(), name);
    await stack.whenStates(token, { child: 'waiting' });
    const [child] = (await stack.api.job(token)).links.children;
    await stack.whenStates(child?.token ?? '', { slow: 'waiting' });
    expect((await stack.api.act(token, 'cancel')).status).toBe(200);
    expect((await stack.ended(token)).status).toBe('cancelled');
    expect((await stack.ended(child?.token ?? '')).status).toBe('cancelled');
  });
});

/** Applies an example as it is shipped; answers its name. */
async function applyExample(file: string): Promise<string> {
  const text = readFileSync(join(REPOSITORY, 'examples', 'actions', file), 'utf8');
  const name = /^name: (.*)$/m.exec(text)?.[1] ?? '';
  expect(await stack.put(name, text, 'application/yaml')).toBe(201);
  return name;
}

async function ingestPicture(): Promise<TestThing> {
  const asset = await stack.createAsset();
  const body = { file_url: files.urlOf('/cat.jpg'), filename: 'cat.jpg' };
  expect((await stack.api.post(`/api/v2/assets/${asset.key}/media`, body)).status).toBe(200);
  await until('the picture is there', async () => {
    const { body: answer } = await stack.api.get<{ media: unknown[] }>(`/api/v2/assets/${asset.key}/media`);
    return answer.media.length > 0;
  });
  return asset;
}

/** As a receiver does with the secret that the administrator's tool shows. */
async function verifyWebhook(request: RecordedRequest | undefined): Promise<void> {
  const key = deriveWebhookKey(await stack.installation.dataSecret());
  const headers = Object.fromEntries(
    Object.entries(request?.headers ?? {}).map(([name, value]) => [name, String(value)]),
  );
  expect(new Webhook(toWebhookSecret(key)).verify(request?.body ?? '', headers)).toMatchObject({
    type: 'asset.published',
  });
}
