import { Client } from 'undici';
import type { Store } from '../src/store/database';
import { newUuid } from '../src/store/ids';
import { createReviewJob } from '../src/store/review-request';
import type { Home } from './home';
import { openJobStream } from './job-stream';
import type { ReviewRequestOptions } from './options';
import { demandLine, table } from './report';
import { watchMemory } from './resident-memory';
import { startRecord } from './results';
import { countReviews, fillReviewLibrary, type ReviewLibrary, settleReviews } from './review-library';
import { median } from './statistics';
import { atLeast, atMost } from './summary';

const CHUNK = 1_000;
const MIB = 1024 * 1024;
const LEAST_RATIO = 0.7;
const MOST_GROWTH_MIB = 64;

interface Round {
  readonly oursMs: number;
  readonly plainMs: number;
  readonly growthMib: number;
  readonly mails: number;
}

/**
 * Requests the review of many assets by many approvers, and writes the same rows by a plain loop; answers whether every
 * demand is met.
 * @throws Error when a run did not make what it was timed for
 */
export async function benchReviewRequest(
  home: Home,
  options: ReviewRequestOptions,
  tell: (line: string) => void,
): Promise<{ readonly allMet: boolean }> {
  const { store } = home;
  const { assets, approvers } = options;
  const record = startRecord(options, home);
  tell(`filling a gallery: ${assets.toLocaleString('en')} assets, ${String(approvers)} approvers`);
  const library = await fillReviewLibrary(store.db, assets, approvers);
  const rounds: Round[] = [];
  for (let n = 0; n <= options.rounds; n += 1) {
    const round = await runRound(home, library, n);
    tell(`${n === 0 ? 'warm-up' : `round ${String(n)}`}: ours ${ms(round.oursMs)}, plain loop ${ms(round.plainMs)}`);
    if (n > 0) rounds.push(round);
  }
  const of = (pick: (round: Round) => number) => median(rounds.map(pick));
  const rows = assets * (approvers + 2);
  const ours = of(({ oursMs }) => (rows / oursMs) * 1_000);
  const plain = of(({ plainMs }) => (rows / plainMs) * 1_000);
  const growthMib = Math.max(...rounds.map((round) => round.growthMib));
  const demands = [
    atLeast(
      'rows/s, ours to the plain loop',
      ours / plain,
      LEAST_RATIO,
      rounds.map(({ oursMs, plainMs }) => plainMs / oursMs),
    ),
    atMost(
      'growth of the worker in a round, MiB',
      growthMib,
      MOST_GROWTH_MIB,
      rounds.map((round) => round.growthMib),
    ),
  ];
  tell('');
  tell(`${rows.toLocaleString('en')} rows a run, medians of ${String(options.rounds)} rounds, interleaved`);
  tell('');
  const whole = (value: number) => Math.round(value).toLocaleString('en');
  for (const line of table(
    ['', 'rows/s', 'ms'],
    [
      ['ours', whole(ours), whole(of(({ oursMs }) => oursMs))],
      ['plain loop', whole(plain), whole(of(({ plainMs }) => plainMs))],
    ],
  )) {
    tell(line);
  }
  tell('');
  tell(`mails a run: ${String(of(({ mails }) => mails))}; the worker grew by ${growthMib.toFixed(0)} MiB at most`);
  for (const demand of demands) tell(demandLine(demand));
  tell(`written to ${await record.write({ demands, ...{ rounds, ours, plain } })}`);
  return { allMet: demands.every(({ met }) => met) };
}

/** Who goes first turns with each round. */
async function runRound({ store, origin, workerPid }: Home, library: ReviewLibrary, no: number): Promise<Round> {
  const round = { oursMs: 0, plainMs: 0, growthMib: 0, mails: 0 };
  const ours = async () => {
    const memory = watchMemory(workerPid);
    round.oursMs = await requestReview(origin, library);
    round.growthMib = memory.stop() / MIB;
    round.mails = (await assertMade(store, library, library.approverIds.length)).mails;
  };
  const plain = async () => {
    round.plainMs = await insertPlainly(store, library);
    await assertMade(store, library, 0);
  };
  for (const run of no % 2 === 0 ? [ours, plain] : [plain, ours]) {
    await settleReviews(store.db);
    await run();
  }
  return round;
}

/** From before the POST until the event stream says `done`. */
async function requestReview(origin: string, library: ReviewLibrary): Promise<number> {
  const stream = await openJobStream(origin, library);
  const client = new Client(origin);
  try {
    const startedAt = performance.now();
    const answer = await client.request({
      method: 'POST',
      path: `/api/v1/galleries/${library.projectUuid}/review_request`,
      headers: { 'x-api-key': library.apiKey, 'content-type': 'application/json' },
      body: JSON.stringify({ folders: [{ dirname: '/' }], recursive: true }),
    });
    const text = await answer.body.text();
    if (answer.statusCode !== 202) throw new Error(`review_request answered ${String(answer.statusCode)}: ${text}`);
    const { 'job.token': token } = JSON.parse(text) as { 'job.token': string };
    const done = await stream.first(token, ({ info }) => info.outcome !== null);
    return done.at - startedAt;
  } finally {
    await client.close();
    await stream.close();
  }
}

/** The same rows, a thousand assets to a transaction, with no checks, no locks, no counts and nobody to tell. */
async function insertPlainly({ db, pool }: Store, library: ReviewLibrary): Promise<number> {
  const { projectId, userId, approverIds } = library;
  const jobId = await makeOrder(db, library);
  const client = await pool.connect();
  try {
    const startedAt = performance.now();
    for (let last = '0', more = true; more;) {
      await client.query('begin');
      const { rows } = await client.query<{ id: string; n: string }>(
        `with made as (
          insert into review_requests (project_id, asset_id, job_id, requested_by)
          select $1, id, $2, $3 from assets
          where project_id = $1 and id > $5 and media_type <> 'folder' order by id limit ${String(CHUNK)}
          returning id, asset_id),
        asked as (insert into reviews (request_id, approver_id) select made.id, a.id from made cross join unnest($4::bigint[]) a (id)),
        written as (
          insert into history (asset_id, project_id, kind, actor_id, job_id, details, created_at)
          select asset_id, $1, 'review_requested', $3, $2, jsonb_build_object('review', jsonb_build_object('id', id)), now()
          from made)
        select max(asset_id) as id, count(*) as n from made`,
        [projectId, jobId, userId, approverIds, last],
      );
      await client.query('commit');
      const { id = null, n = '0' } = rows[0] ?? {};
      last = id ?? last;
      more = Number(n) === CHUNK;
    }
    return performance.now() - startedAt;
  } finally {
    client.release();
  }
}

/** An order to hang the rows on; nobody runs its job. */
async function makeOrder(db: Store['db'], library: ReviewLibrary): Promise<string> {
  const { projectId, projectUuid, userId, userUuid, approverIds } = library;
  const token = newUuid();
  await createReviewJob(db, {
    token,
    kind: 'review_request',
    project: { id: projectId, uuid: projectUuid },
    requester: { id: userId, uuid: userUuid },
    scope: { projectId, assetIds: [], folderIds: [], root: true, recursive: true },
    terms: { policy: { kind: 'all' }, message: null, dueAt: null, remindEveryHours: null, includeNewApprovers: false },
    approverIds,
    count: 0,
    idempotency: null,
    dispatched: true,
    now: new Date(),
  });
  return (await db.selectFrom('jobs').select('id').where('uuid', '=', token).executeTakeFirstOrThrow()).id;
}

async function assertMade({ db }: Store, { assets, approverIds }: ReviewLibrary, mails: number) {
  const made = await countReviews(db);
  const whole = { requests: assets, assets, reviews: assets * approverIds.length, history: assets, mails };
  if (JSON.stringify(made) !== JSON.stringify(whole)) throw new Error(`a run made ${JSON.stringify(made)}`);
  return made;
}

const ms = (value: number) => `${value.toFixed(0)} ms`;
