/**
 * The API by the typed client: a bulk move that is followed and reported, a file from a URL, a share, a review, an action
 * with an approval, and the events of all that. README.md beside it says what to set. `npx tsx examples/clients/tour.ts`
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerOf, createLonghaulClient, LonghaulError } from '../../clients/typescript/src';

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set`);
  return value;
}

const [project, from, to, asset] = [variable('PROJECT'), variable('FROM'), variable('TO'), variable('ASSET')];
const longhaul = createLonghaulClient({ url: variable('LONGHAUL_URL'), apiKey: variable('LONGHAUL_KEY') });
const { api } = longhaul;
const ofAsset = { path: { asset_id: asset } };

async function move(): Promise<string> {
  const accepted = answerOf(
    await api.POST('/api/p/{gid}/assets/bulk/move', {
      // The same key again answers the same job, so the client may send it again.
      params: { path: { gid: project }, header: { 'idempotency-key': `tour-${project}-${from}` } },
      body: { parent: to, selection: [{ children: from }] },
    }),
  );
  const token = accepted.result['job.token'];
  for await (const job of longhaul.followJob(token)) {
    console.error(`  ${job.state}: ${String(job.succeeded)} of ${String(job.total)}`);
  }
  const job = await longhaul.waitForJob(token);
  console.log(`move: ${String(job.outcome)}, ${String(job.succeeded)} of ${String(job.total)}`);
  const report = await longhaul.send(`/api/jobs/${token}/items?format=ndjson`);
  const items = (await report.text())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { status: string });
  const failed = items.filter(({ status }) => status === 'failed');
  console.log(`report: ${String(items.length)} items, ${String(failed.length)} failed`);
  return token;
}

async function ingest(): Promise<void> {
  const body = { file_url: variable('FILE_URL'), filename: 'tour.jpg' };
  const answer = await api.POST('/api/v2/assets/{asset_id}/media', { params: ofAsset, body });
  answerOf(answer);
  const job = await longhaul.waitForJob(answer.response.headers.get('job-token') ?? '');
  console.log(`file: ${String(job.outcome)}`);
  const [file] = answerOf(await api.GET('/api/v2/assets/{asset_id}/media', { params: ofAsset })).media;
  if (file !== undefined) console.log(`media: ${file.filename}, ${String(file.size)} bytes, sha256 ${file.sha256_sum}`);
}

async function share(): Promise<void> {
  const made = answerOf(
    await api.POST('/api/asset/{assetId}/share', {
      params: { path: { assetId: asset } },
      body: { name: 'Rushes', sharedDuration: 'day', sharedPermissions: ['view', 'download'] },
    }),
  );
  // It is told this once.
  const page = await fetch(made.sharedLink ?? '');
  console.log(`share: ${made.sharedStatus}, its page answers ${String(page.status)}`);
}

async function review(): Promise<void> {
  const asked = answerOf(
    await api.POST('/api/v1/galleries/{gallery_id}/review_request', {
      params: { path: { gallery_id: project } },
      body: { asset_ids: [asset], policy: 'any' },
    }),
  );
  if ('job.token' in asked) await longhaul.waitForJob(asked['job.token']);
  const body = { status: 'approved' as const, comment: 'Fine.' };
  const answered = answerOf(await api.PATCH('/api/v1/assets/{asset_id}/review_request', { params: ofAsset, body }));
  console.log(`review: ${answered.status}`);
}

async function signOff(): Promise<void> {
  await longhaul.send('/api/dag_actions/Sign%20off', {
    method: 'PUT',
    headers: { 'content-type': 'application/yaml' },
    body: readFileSync(join(__dirname, 'sign-off.yaml'), 'utf8'),
  });
  const started = answerOf(
    await api.POST('/api/v2/assets/{asset_id}/dag_actions/{dag_action_id}', {
      params: { path: { asset_id: asset, dag_action_id: 'Sign off' } },
      body: { inputs: {} },
    }),
  );
  const path = { asset_id: asset, run_id: String(started.dag_action_run.id) };
  const isAsking = async () => {
    const run = answerOf(await api.GET('/api/v2/assets/{asset_id}/dag_action_runs/{run_id}', { params: { path } }));
    return run.dag_action_run.nodes.some(({ id, state }) => id === 'ask' && state === 'waiting');
  };
  while (!(await isAsking())) await sleep(1_000);
  const approved = answerOf(
    await api.POST('/api/v2/assets/{asset_id}/dag_action_runs/{run_id}/nodes/{node}/approval', {
      params: { path: { ...path, node: 'ask' } },
      body: { decision: 'approve' },
    }),
  );
  const job = await longhaul.waitForJob(approved.dag_action_run.job);
  console.log(`action: ${String(job.outcome)}, ${String(job.succeeded)} of ${String(job.total)} nodes`);
}

/** The events after the cursor, up to the one that tells of the end. */
async function follow(cursor: number, token: string): Promise<void> {
  for await (const event of longhaul.followSync(project, { cursor })) {
    const { info } = event.data as { info?: { outcome?: string | null } };
    if (event.data_key !== token || typeof info?.outcome !== 'string') continue;
    console.log(`events: the move ended as ${info.outcome}`);
    return;
  }
}

async function main(): Promise<void> {
  const params = { path: { gid: project } };
  const { result } = answerOf(await api.POST('/api/p/{gid}/sync/cursors', { params, body: {} }));
  const token = await move();
  await ingest();
  await share();
  await review();
  await signOff();
  await follow(result.cc, token);
}

main().catch((error: unknown) => {
  const told =
    error instanceof LonghaulError
      ? `${error.message} (${error.code}, request ${String(error.requestId)})`
      : String(error);
  console.error(told);
  process.exitCode = 1;
});
