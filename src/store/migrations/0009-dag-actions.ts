import { type Kysely, sql } from 'kysely';

/**
 * Actions: graphs of steps on an asset, and their runs.
 *
 * - A definition is never changed: applying it again makes a new version, and a run keeps to the one it began with.
 * - A run is a job; its nodes are the job's items, one chunk each, numbered alike from 1.
 * - What a node waits for is on its row, so that its workflow can go on from there after whatever was killed.
 */
const STATEMENTS = [
  `create table dag_actions (
    id bigint generated always as identity primary key,
    uuid uuid not null unique,
    name text not null unique,
    version int not null check (version > 0),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  )`,

  `create table dag_action_versions (
    action_id bigint not null references dag_actions,
    version int not null,
    description text not null,
    category text not null,
    definition jsonb not null,
    source text not null,
    created_by bigint references users,
    created_at timestamptz not null default now(),
    primary key (action_id, version)
  )`,

  // asset_id has no foreign key, as everywhere.
  `create table dag_action_runs (
    id bigint generated always as identity primary key,
    job_id bigint not null unique references jobs,
    action_id bigint not null,
    version int not null,
    asset_id bigint not null,
    inputs jsonb not null default '{}',
    origin text not null default 'start' check (origin in ('start', 'resume', 'rerun', 'child')),
    origin_run_id bigint references dag_action_runs,
    depth smallint not null default 0,
    created_at timestamptz not null default now(),
    foreign key (action_id, version) references dag_action_versions
  )`,
  `create index dag_action_runs_of_asset on dag_action_runs (asset_id, id)`,
  `create index dag_action_runs_of_action on dag_action_runs (action_id, asset_id, id)`,
  `create index dag_action_runs_in_order on dag_action_runs (action_id, id)`,
  `create index dag_action_runs_of_origin on dag_action_runs (origin_run_id) where origin_run_id is not null`,

  `create table dag_run_nodes (
    run_id bigint not null references dag_action_runs,
    no smallint not null check (no > 0),
    id text not null,
    state text not null default 'pending' check (state in ('pending', 'queued', 'running', 'waiting', 'succeeded',
      'failed', 'skipped', 'omitted', 'cancelled')),
    cause text check (cause in ('failure', 'skip')),
    attempts int not null default 0,
    output jsonb,
    error jsonb,
    waiting jsonb,
    wake_at timestamptz,
    deadline_at timestamptz,
    decision jsonb,
    kept boolean not null default false,
    started_at timestamptz,
    finished_at timestamptz,
    primary key (run_id, no),
    unique (run_id, id)
  )`,

  `create table dag_run_items (
    run_id bigint not null,
    node_no smallint not null,
    no int not null check (no >= 0),
    value jsonb,
    state text not null default 'pending' check (state in ('pending', 'running', 'waiting', 'succeeded', 'failed',
      'cancelled')),
    attempts int not null default 0,
    next_attempt_at timestamptz,
    output jsonb,
    error jsonb,
    waiting jsonb,
    wake_at timestamptz,
    deadline_at timestamptz,
    started_at timestamptz,
    finished_at timestamptz,
    primary key (run_id, node_no, no),
    foreign key (run_id, node_no) references dag_run_nodes
  )`,
  `create index dag_run_items_open on dag_run_items (run_id, node_no, no)
    where state in ('pending', 'running', 'waiting')`,

  `create table dag_run_messages (
    id bigint generated always as identity primary key,
    run_id bigint not null references dag_action_runs,
    node text,
    attempt int,
    message text not null,
    created_at timestamptz not null default clock_timestamp()
  )`,
  `create index dag_run_messages_of_run on dag_run_messages (run_id, id)`,

  // Jobs that a node has started and waits for. item_no is null but in a loop. review_request_id has no foreign key: it
  // goes with its asset.
  `create table dag_child_jobs (
    job_id bigint primary key references jobs,
    run_id bigint not null,
    node_no smallint not null,
    item_no int,
    review_request_id bigint,
    foreign key (run_id, node_no) references dag_run_nodes
  )`,
  `create index dag_child_jobs_of_run on dag_child_jobs (run_id, node_no)`,
  `create index dag_child_jobs_of_review on dag_child_jobs (review_request_id) where review_request_id is not null`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
