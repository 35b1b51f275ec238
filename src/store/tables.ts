import type { Generated, GeneratedAlways } from 'kysely';
import type { Instant, Json, MadeAt } from './column-types';
import type {
  DagActionRunTable,
  DagActionTable,
  DagActionVersionTable,
  DagChildJobTable,
  DagRunItemTable,
  DagRunMessageTable,
  DagRunNodeTable,
} from './dag-tables';
import type { IngestTable, JobStepTable } from './ingest-tables';
import type { JobSelectionTable, JobTable, JobTallyTable } from './job-tables';
import type { ReviewOrderTable, ReviewRequestTable, ReviewTable } from './review-tables';
import type {
  MailTable,
  ShareAssetTable,
  SharePasswordFailureTable,
  ShareRecipientTable,
  ShareTable,
  ShareVisitTable,
} from './share-tables';
import type { WebhookTables } from './webhook-tables';

/** Rows of the asset store, as migrations/ makes them. bigint columns are read as decimal strings, instants as Date. */
export interface Tables extends WebhookTables {
  users: UserTable;
  api_keys: ApiKeyTable;
  permissions: { user_id: string; name: string };
  teams: TeamTable;
  team_members: { team_id: string; user_id: string };
  projects: ProjectTable;
  team_access: TeamAccessTable;
  assets: AssetTable;
  history: HistoryTable;
  comments: CommentTable;
  collections: CollectionTable;
  collection_assets: { collection_id: string; asset_id: string };
  media: MediaTable;
  object_removals: ObjectRemovalTable;
  purges: PurgeTable;
  purge_chunks: PurgeChunkTable;
  jobs: JobTable;
  job_selections: JobSelectionTable;
  job_tallies: JobTallyTable;
  job_chunks: JobChunkTable;
  job_steps: JobStepTable;
  ingests: IngestTable;
  sync_cursors: { project_id: string; cursor: Generated<string>; oldest: Generated<string> };
  sync_events: SyncEventTable;
  shares: ShareTable;
  share_assets: ShareAssetTable;
  share_recipients: ShareRecipientTable;
  share_visits: ShareVisitTable;
  share_password_failures: SharePasswordFailureTable;
  mails: MailTable;
  review_orders: ReviewOrderTable;
  review_requests: ReviewRequestTable;
  reviews: ReviewTable;
  dag_actions: DagActionTable;
  dag_action_versions: DagActionVersionTable;
  dag_action_runs: DagActionRunTable;
  dag_run_nodes: DagRunNodeTable;
  dag_run_items: DagRunItemTable;
  dag_run_messages: DagRunMessageTable;
  dag_child_jobs: DagChildJobTable;
}

interface UserTable {
  id: GeneratedAlways<string>;
  uuid: string;
  email: string;
  first_name: string | null;
  last_name: string | null;
  avatar_url: string | null;
  admin: Generated<boolean>;
  created_at: MadeAt;
  deleted_at: Instant | null;
}

interface ApiKeyTable {
  id: GeneratedAlways<string>;
  user_id: string;
  hash: Buffer;
  last4: string;
  created_at: MadeAt;
  revoked_at: Instant | null;
}

interface TeamTable {
  id: GeneratedAlways<string>;
  uuid: string;
  name: string;
  owner_id: string | null;
  created_at: MadeAt;
}

interface ProjectTable {
  id: GeneratedAlways<string>;
  uuid: string;
  name: string;
  created_at: MadeAt;
}

interface TeamAccessTable {
  project_id: string;
  team_id: string;
  can_write: Generated<boolean>;
  can_manage: Generated<boolean>;
  can_approve: Generated<boolean>;
}

interface AssetTable {
  id: GeneratedAlways<string>;
  uuid: string;
  project_id: string | null;
  parent_id: string | null;
  media_type: Generated<string>;
  title: string;
  description: string | null;
  category: string | null;
  tags: Generated<string[]>;
  ai_tags: Generated<string[]>;
  status: Generated<string>;
  owner_id: string;
  external_id: string | null;
  size_bytes: string | null;
  shared: Generated<boolean>;
  original_filename: string | null;
  drop_folder_id: string | null;
  md5_sum: string | null;
  created_at: MadeAt;
  updated_at: Generated<Date>;
  deleted_at: Instant | null;
  /** The asset whose trashing took this one along; its own id when it was trashed by itself. */
  trash_root_id: string | null;
  /** On such a root: when its permanent deletion was decided. */
  purging_at: Instant | null;
}

interface CommentTable {
  id: GeneratedAlways<string>;
  asset_id: string;
  /** Null: a guest, on the page of a share. */
  user_id: string | null;
  /** On whose page it was written. */
  share_id: string | null;
  guest_name: string | null;
  message: string;
  mentioned_user_ids: Generated<string[]>;
  created_at: Instant;
  updated_at: Instant;
}

interface CollectionTable {
  id: GeneratedAlways<string>;
  uuid: string;
  title: string;
  original_title: string;
  description: string | null;
  category: string | null;
  tags: Generated<string[]>;
  owner_id: string;
  is_public: Generated<boolean>;
  created_at: MadeAt;
  updated_at: Generated<Date>;
}

interface MediaTable {
  id: GeneratedAlways<string>;
  asset_id: string;
  filename: string;
  media_type: string;
  content_type: string;
  size_bytes: string;
  md5_sum: string;
  sha256_sum: string;
  width: number | null;
  height: number | null;
  duration_seconds: number | null;
  object_key: string;
  codec: string | null;
  metadata: Json | null;
  /** Which of small, medium and large lie beside the object. */
  previews: Generated<string[]>;
  created_at: Instant;
}

interface ObjectRemovalTable {
  object_key: string;
  attempts: Generated<number>;
  next_attempt_at: Generated<Date>;
  error: string | null;
  created_at: MadeAt;
}

interface PurgeTable {
  id: GeneratedAlways<string>;
  token: string;
  cutoff: Instant;
  objects_removed: Generated<string>;
  created_at: MadeAt;
}

interface PurgeChunkTable {
  purge_id: string;
  no: number;
  root_ids: string[];
  row_counts: string[];
  total: string;
  purged: Generated<string>;
  kept: Generated<string>;
  claimed_at: Instant | null;
  done_at: Instant | null;
}

interface HistoryTable {
  id: GeneratedAlways<string>;
  asset_id: string;
  project_id: string | null;
  kind: string;
  actor_id: string | null;
  job_id: string | null;
  from_parent_id: string | null;
  to_parent_id: string | null;
  details: Json | null;
  created_at: Instant;
}

interface JobChunkTable {
  job_id: string;
  no: number;
  phase: number;
  item_ids: string[];
  done_at: Instant | null;
  succeeded: Generated<number>;
  skipped: Generated<number>;
  failed: Generated<number>;
  exception_ids: Generated<string[]>;
  exception_codes: Generated<string[]>;
  moved_ids: string[] | null;
  previous_parent_ids: (string | null)[] | null;
  closed: Generated<boolean>;
  target_ids: (string | null)[] | null;
  expected_parent_ids: (string | null)[] | null;
}

interface SyncEventTable {
  project_id: string;
  cursor: string;
  action: string;
  data_type: string;
  data_key: string;
  data: Json;
  created_at: MadeAt;
}
