import { sql } from 'kysely';
import { toNodeKey } from '../../../src/domain/dag-run';
import type { Database } from '../../../src/store/database';
import type { JobAnswer } from '../support/api';
import type { RecordingServer } from '../support/recording-server';
import { readTraces } from '../support/share-traces';
import { until } from '../support/until';
import type { Affairs } from './affairs';
import { LOOP } from './affairs-action';
import type { Findings } from './findings';
import { reportBroken, type StoreCheck } from './store-checks';

/** What follows the last links is a matter of seconds, of the mails too, once the servers are back. */
const LINKS_END_WITHIN_MS = 90_000;

/** Looks at what must hold of shares, reviews, files, runs and links when the jobs of the affairs have ended. */
export async function checkAffairs(
  db: Database,
  affairs: Affairs,
  jobs: readonly JobAnswer[],
  findings: Findings,
): Promise<void> {
  for (const check of checksOf(affairs)) await reportBroken(db, check, findings);
  checkOutside(affairs.recorder, jobs, findings);
  await checkLinks(db, affairs.project.id, findings);
}

const checksOf = ({ project, approvers }: Affairs): readonly StoreCheck[] => [
  {
    invariant: 'flags',
    broken: sql`
      select 'job ' || j.uuid || ': ' || coalesce(h.entries, 0) || ' entries of ' || coalesce(h.assets, 0)
        || ' assets, ' || j.succeeded || ' changed' as detail
      from jobs j left join (
        select job_id, count(*) as entries, count(distinct asset_id) as assets
        from history where kind in ('shared', 'unshared') group by job_id) h on h.job_id = j.id
      where j.project_id = ${project.id} and j.kind = 'set_shared'
        and (coalesce(h.entries, 0) <> j.succeeded or coalesce(h.assets, 0) <> j.succeeded)`,
  },
  {
    invariant: 'asked',
    broken: sql`
      select 'job ' || j.uuid || ': ' || q.assets || ' assets, ' || q.reviews || ' reviews, ' || j.succeeded || ' asked for' as detail
      from jobs j cross join lateral (
        select count(distinct r.asset_id) as assets, count(v.approver_id) as reviews
        from review_requests r left join reviews v on v.request_id = r.id where r.job_id = j.id) q
      where j.project_id = ${project.id} and j.kind = 'review_request'
        and (q.assets <> j.succeeded or q.reviews <> j.succeeded * ${approvers.length}::int)`,
  },
  {
    invariant: 'files',
    broken: sql`
      select 'job ' || j.uuid || ': ' || f.attached || ' attached to ' || f.assets || ' assets, ' || j.succeeded || ' succeeded' as detail
      from jobs j cross join lateral (
        select count(i.media_id) as attached, count(distinct m.asset_id) as assets,
          (select count(*) from media k where k.asset_id in (select asset_id from ingests where job_id = j.id)) as media
        from ingests i left join media m on m.id = i.media_id where i.job_id = j.id) f
      where j.project_id = ${project.id} and j.kind = 'bulk_ingest_media'
        and (f.attached <> j.succeeded or f.assets <> j.succeeded or f.media <> j.succeeded)`,
  },
  {
    invariant: 'tagged',
    broken: sql`
      select 'asset ' || n.asset_id || ': ' || n.changes || ' changes, ' || coalesce(h.entries, 0) || ' entries' as detail
      from (
        select r.asset_id, count(*) filter (where d.state = 'succeeded') as changes
        from dag_action_runs r join dag_run_nodes d on d.run_id = r.id and d.id = 'tag' group by r.asset_id) n
        left join (select asset_id, count(*) as entries from history where kind = 'updated' group by asset_id) h
          on h.asset_id = n.asset_id
      where n.changes <> coalesce(h.entries, 0)`,
  },
];

/** Each call outside was done under its key and under no other; a run that succeeded has made all of them. */
function checkOutside({ effects }: RecordingServer, jobs: readonly JobAnswer[], findings: Findings): void {
  const keys = [...effects.keys()];
  for (const { token, outcome } of jobs) {
    const expected = keysOf(token);
    const made = keys.filter((key) => key.startsWith(token));
    const foreign = made.filter((key) => !expected.includes(key));
    if (foreign.length > 0) findings.add('outside', `run ${token} made ${foreign.join(', ')}`);
    const isRun = made.length > 0;
    const missing = isRun && outcome === 'succeeded' ? expected.filter((key) => !made.includes(key)) : [];
    if (missing.length > 0) findings.add('outside', `run ${token} has not made ${missing.join(', ')}`);
  }
}

function keysOf(token: string): readonly string[] {
  const loop = Array.from({ length: LOOP }, (_, item) => toNodeKey(token, 'each', item));
  return [toNodeKey(token, 'call'), toNodeKey(token, 'hook'), ...loop];
}

async function checkLinks(db: Database, projectId: string, findings: Findings): Promise<void> {
  const links = await db.selectFrom('shares').select('id').where('project_id', '=', projectId).execute();
  const ids = links.map(({ id }) => id);
  if (ids.length === 0) return;
  let traces = await readTraces(db, ids);
  await until(
    'every link has expired, and its mail is out',
    async () => {
      traces = await readTraces(db, ids);
      return traces.expired === ids.length && traces.sent === ids.length;
    },
    LINKS_END_WITHIN_MS,
  ).catch(() => undefined);
  const { expired, history, events, mails, sent, most } = traces;
  const isOnce = [expired, history, events, mails, sent].every((count) => count === ids.length) && most === 1;
  if (!isOnce) findings.add('links', `${String(ids.length)} links: ${JSON.stringify(traces)}`);
}
