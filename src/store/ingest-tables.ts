import type { Generated, GeneratedAlways } from 'kysely';
import type { Instant, Json, MadeAt } from './column-types';

/** One step of a job that has some; see domain/job-step. */
export interface JobStepTable {
  job_id: string;
  no: number;
  name: string;
  state: Generated<string>;
  started_at: Instant | null;
  finished_at: Instant | null;
  message: string | null;
}

/** A file that a job fetches from an address: an item of its job. */
export interface IngestTable {
  id: GeneratedAlways<string>;
  job_id: string;
  /** From 1. */
  line: number;
  asset_uuid: string;
  /** Null until the asset is there, of one that is made with its media. */
  asset_id: string | null;
  makes_asset: Generated<boolean>;
  url_sealed: Buffer | null;
  url_host: string | null;
  /** As it was given. */
  filename: string;
  title: string | null;
  attempts: Generated<number>;
  code: string | null;
  duplicate_of: string | null;
  media_id: string | null;
  size_bytes: string | null;
  md5_sum: string | null;
  sha256_sum: string | null;
  content_type: string | null;
  media_type: string | null;
  object_key: string | null;
  width: number | null;
  height: number | null;
  duration_seconds: number | null;
  codec: string | null;
  metadata: Json | null;
  previews: string[] | null;
  created_at: MadeAt;
  updated_at: Generated<Date>;
}
