import { sql } from 'kysely';
import type { JobAnswer } from '../support/api';
import type { Affairs } from './affairs';
import { ACTION } from './affairs-action';
import type { Caller } from './caller';
import { askStore, expectOutcome, followJob, isToGoOn, type LoadBasis } from './load-steps';
import type { Requests } from './requests';

export interface AffairsOptions extends LoadBasis {
  readonly caller: Caller;
  readonly requests: Requests;
}

/** Chance to let some seconds pass before the next one, by part. */
const IDLE = { sharing: 0.5, reviews: 0.6, files: 0.5, runs: 0.4, links: 0.3 };
const FILES_AT_ONCE = 25;
const MISSING_AT_ONCE = 1;
/** From the making of a link to its end: some pass while all is there, some while nobody is. */
const LINK_MS = [2_000, 12_000] as const;

/** Keeps all that is not a move going until calm; settles when the last job of each part has ended. */
export async function runAffairs(affairs: Affairs, options: AffairsOptions): Promise<void> {
  await Promise.all([
    shareAll(affairs, options),
    askForReviews(affairs, options),
    fetchFiles(affairs, options),
    runActions(affairs, options),
    makeLinks(affairs, options),
  ]);
}

/** Shares and unshares, and counts the flags before and after. */
async function shareAll({ project, shared }: Affairs, options: AffairsOptions): Promise<void> {
  const random = options.random('sharing');
  const ids = shared.map(({ uuid }) => uuid);
  const count = () =>
    askStore(options, async (db) => {
      const flagged = db.selectFrom('assets').where('project_id', '=', project.id).where('shared', '=', true);
      return (await flagged.select('id').execute()).length;
    });
  let isShared = true;
  while (await isToGoOn(random, IDLE.sharing, options)) {
    const before = await count();
    const order = { is_shared: isShared, asset_ids: ids };
    const token = await options.requests.share(order);
    if (token === null) continue;
    const job = await followJob(token, 'sharing', options);
    const after = await count();
    if (Math.abs(after - before) !== job.succeeded) {
      options.findings.add('direct', `job ${token} changed ${String(job.succeeded)} flags: ${String(before)}, then ${String(after)}`); // prettier-ignore
    }
    const isAsAsked = job.state === 'cancelled' || (job.state === 'done' && job.failed === 0 && job.remaining === 0);
    if (!isAsAsked) options.findings.add('outcome', JSON.stringify(job));
    if (job.state === 'done') isShared = !isShared;
  }
}

/** Each folder once: what was cancelled stays without requests. */
async function askForReviews(affairs: Affairs, options: AffairsOptions): Promise<void> {
  const random = options.random('reviews');
  for (const { title } of affairs.folders) {
    if (!(await isToGoOn(random, IDLE.reviews, options))) return;
    const path = `/api/v1/galleries/${affairs.project.id}/review_request`;
    const token = await options.requests.ask(path, { folders: [{ dirname: title }], policy: 'any' });
    if (token === null) continue;
    const job = await followJob(token, 'reviews', options);
    expectTotal(job, affairs.folderSize, options);
    expectOutcome(job, { failed: 0 }, options.findings);
  }
}

/** Files for new assets, one of them missing. */
async function fetchFiles({ project, files, paths }: Affairs, options: AffairsOptions): Promise<void> {
  const random = options.random('files');
  for (let no = 0; await isToGoOn(random, IDLE.files, options); no += 1) {
    const chosen = Array.from({ length: FILES_AT_ONCE }, (_, at) => paths[(no + at) % paths.length] ?? '');
    const lines = [...chosen, '/missing'].map((path) => ({ file_url: files.urlOf(path), filename: path.slice(1) }));
    const token = await options.requests.ask(`/api/p/${project.uuid}/media/bulk`, lines);
    if (token === null) continue;
    const job = await followJob(token, 'files', options);
    expectTotal(job, lines.length, options);
    expectOutcome(job, { failed: MISSING_AT_ONCE }, options.findings);
  }
}

async function runActions({ subjects, recorder }: Affairs, options: AffairsOptions): Promise<void> {
  const random = options.random('runs');
  for (let no = 0; await isToGoOn(random, IDLE.runs, options); no += 1) {
    const subject = subjects[no % subjects.length];
    if (subject === undefined) return;
    const path = `/api/v2/assets/${subject.key}/dag_actions/${encodeURIComponent(ACTION)}`;
    const inputs = { server: recorder.urlOf(''), mark: `mark-${String(no)}` };
    const token = await options.requests.run(path, { inputs }, (runId) =>
      askStore(options, async (db) => {
        const { rows } = await sql<{ token: string }>`select j.uuid as token from dag_action_runs r
          join jobs j on j.id = r.job_id where r.id = ${runId}`.execute(db);
        return rows[0]?.token ?? null;
      }),
    );
    if (token === null) continue;
    expectOutcome(await followJob(token, 'runs', options), { failed: 0 }, options.findings);
  }
}

/** Links that expire soon. One that nobody was told of, because its answer was lost, expires as well. */
async function makeLinks({ subjects }: Affairs, options: AffairsOptions): Promise<void> {
  const random = options.random('links');
  for (let no = 0; await isToGoOn(random, IDLE.links, options); no += 1) {
    const subject = subjects[no % subjects.length];
    if (subject === undefined) return;
    const expirationDate = new Date(Date.now() + random.between(LINK_MS)).toISOString();
    const order = { name: `link ${String(no)}`, expirationDate };
    const { status, body } = await options.caller.post(`/api/asset/${subject.uuid}/share`, order);
    // By the time of a repeated call its instant may have passed.
    if (status >= 300 && status !== 400 && status !== 422) {
      options.findings.add('answers', `a link is answered with ${String(status)} ${JSON.stringify(body)}`);
    }
  }
}

function expectTotal(job: JobAnswer, total: number, { findings }: AffairsOptions): void {
  if (job.total !== null && job.total !== total) {
    findings.add('selected', `job ${job.token} of ${String(total)}: ${JSON.stringify(job)}`);
  }
}
