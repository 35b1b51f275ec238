import { request } from 'undici';
import type { JobEventData, SyncEvent } from './domain/sync';
import { sql } from 'kysely';
import type { Platform } from './platform';
import { grouped } from './domain/job-words';
import { drawProgress } from './domain/progress-bar';
import { addApiKey } from './store/credentials';
import type { Database } from './store/database';
import { generateAssets } from './store/generate';
import { createUser } from './store/people';
import { createProject } from './store/project-creation';

const ASSETS = 10_000;

interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

interface Sample {
  readonly projectUuid: string;
  /** Where the assets lie, and the folder that they are moved to. */
  readonly from: string;
  readonly to: string;
  readonly apiKey: string;
}

/** Makes the sample project, moves its assets over HTTP as any client would, and shows what to look at next. */
export async function runDemo(platform: Platform, url: string, screen: Screen): Promise<void> {
  const sample = await prepareSample(platform.store.db);
  const headers = { 'x-api-key': sample.apiKey, 'content-type': 'application/json' };
  const base = `${url}/api/p/${sample.projectUuid}`;
  const call = async <T>(path: string, body: unknown): Promise<T> => {
    const answer = await request(`${base}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (answer.statusCode !== 200) throw new Error(`${path} answered ${String(answer.statusCode)}: ${await answer.body.text()}`); // prettier-ignore
    return ((await answer.body.json()) as { result: T }).result;
  };

  const { cc } = await call<{ cc: number }>('/sync/cursors', {});
  const order = { parent: sample.to, selection: [{ children: sample.from }] };
  const startedMs = performance.now();
  const { 'job.token': token } = await call<{ 'job.token': string }>('/assets/bulk/move', order);
  screen.write(`Moving ${grouped(ASSETS)} assets: job ${token}\n`);

  let cursor = cc;
  let last: JobEventData | undefined;
  while (last === undefined || last.info.outcome === null) {
    const page = await call<{ sync: (SyncEvent & { data: JobEventData })[]; cursor: number }>('/sync/get', { cursor, wait: 30 }); // prettier-ignore
    cursor = page.cursor;
    for (const event of page.sync.filter(({ data_key: key }) => key === token)) {
      last = event.data;
      show(screen, drawProgress(last.info, performance.now() - startedMs));
    }
  }
  const { succeeded, skipped, failed, outcome } = last.info;
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
  screen.write(`${screen.isTTY === true ? '\n' : ''}${grouped(succeeded)} moved, ${grouped(skipped)} skipped, ${grouped(failed)} failed in ${seconds} s: ${outcome}\n`); // prettier-ignore
  screen.write(farewell(url, platform, sample, token));
}

function show(screen: Screen, line: string): void {
  screen.write(screen.isTTY === true ? `\r\u001b[K${line}` : `${line}\n`);
}

function farewell(url: string, platform: Platform, sample: Sample, token: string): string {
  const namespace = encodeURIComponent(platform.config.temporal.namespace);
  const run = platform.temporalUiUrl === null ? 'none' : `${platform.temporalUiUrl}/namespaces/${namespace}/workflows/${token}`; // prettier-ignore
  const body = JSON.stringify({ parent: sample.from, selection: [{ children: sample.to }] });
  return `
This job         ${url}/jobs/${token}
API reference    ${url}/docs
In Temporal's UI ${run}

The pages ask for a key: ${sample.apiKey}

Read the job; put everything back, by an undo of it or by a move of your own:

  curl -s -H 'X-API-KEY: ${sample.apiKey}' ${url}/api/jobs/${token}
  curl -s -H 'X-API-KEY: ${sample.apiKey}' -X POST ${url}/api/jobs/${token}/undo
  curl -s -H 'X-API-KEY: ${sample.apiKey}' -H 'Content-Type: application/json' \\
    -d '${body}' ${url}/api/p/${sample.projectUuid}/assets/bulk/move

Ctrl-C ends it all; \`npm start\` brings it up again.
`;
}

/** The first run makes the assets; every run moves them to the other one of two folders. */
async function prepareSample(db: Database): Promise<Sample> {
  const user = await createUser(db, { email: 'demo@example.com', admin: false });
  const project = await createProject(db, 'Sample library');
  await sql`insert into team_access (project_id, team_id, can_write, can_manage)
    select ${project.id}, id, true, true from teams where owner_id = ${user.id} on conflict do nothing`.execute(db);
  const fill = (count: number) => generateAssets(db, { projectId: project.id, ownerId: user.id, count, folders: 1 });
  if (project.created) {
    await fill(ASSETS);
    await fill(0);
  }
  const { rows } = await sql<{ uuid: string }>`
    select f.uuid from assets f where f.project_id = ${project.id} and f.parent_id is null and f.media_type = 'folder'
    order by (select count(*) from (select from assets a where a.project_id = ${project.id} and a.parent_id = f.id
      and a.deleted_at is null limit ${ASSETS}) n) desc, f.id`.execute(db);
  const [from, to] = [rows[0]?.uuid, rows.at(-1)?.uuid];
  if (from === undefined || to === undefined) throw new Error('the sample project has lost its folders');
  return { projectUuid: project.uuid, from, to, apiKey: await addApiKey(db, user.id) };
}
