import { z } from 'zod';

/** The parts of a DATA_DIR that a backup holds, each a directory of the same name. */
export const PARTS = ['secrets', 'temporal', 'objects', 'postgres'] as const;

/** Written last: a directory without it is what a backup that was cut short has left. */
export const MANIFEST_NAME = 'manifest.json';
/** One line for each file and directory of the backup. */
export const LIST_NAME = 'files.jsonl';

export const FORMAT = 1;

const lsn = z.string().regex(/^[0-9A-F]+\/[0-9A-F]+$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().nonnegative();
/** Whether a part lies in the backup, or with a service of its own that has backups of its own. */
const place = z.enum(['here', 'elsewhere']);

/** What a backup is, and what it can be restored into. */
export const manifestSchema = z.strictObject({
  format: z.literal(FORMAT),
  created_at: z.iso.datetime(),
  /** The files of Postgres are those of one kind of machine, as `linux-x64`. */
  machine: z.string(),
  postgres: z.strictObject({ major: z.int(), start_lsn: lsn, stop_lsn: lsn }),
  temporal: place,
  objects: place,
  /** Names of the migrations that the database has had. */
  schema: z.array(z.string()),
  /** Tells whether DATA_SECRET is the one that sealed what the database holds, without telling it. */
  data_secret_print: z.string(),
  files: count,
  bytes: count,
  list_sha256: sha256,
});
export type Manifest = z.infer<typeof manifestSchema>;

/** Names are relative, with a part or a plain name first, and nothing that climbs out. */
const path = z
  .string()
  .regex(/^[^/\0]+(\/[^/\0]+)*$/)
  .refine((text) => !text.split('/').some((segment) => segment === '..' || segment === '.'));

/** One line of the list. */
export const entrySchema = z.union([
  z.strictObject({ path, mode: count, bytes: count, sha256 }),
  z.strictObject({ path, mode: count, directory: z.literal(true) }),
]);
export type Entry = z.infer<typeof entrySchema>;
