import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { BackupError } from './backup-error';
import { copyFile, syncDirectory } from './file-copy';
import { type Entry, entrySchema, FORMAT, LIST_NAME, MANIFEST_NAME, type Manifest, manifestSchema } from './manifest';

export interface RestoreOptions {
  readonly from: string;
  /** Absent, or empty. */
  readonly dataDir: string;
  /** The migrations that this version knows. */
  readonly knownSchema: readonly string[];
  readonly postgresMajor: number;
  /** Leaves out what Temporal knew: a fresh one is told of the open jobs by the store. */
  readonly withoutTemporal?: boolean;
}

export interface Restored {
  readonly manifest: Manifest;
  readonly files: number;
  readonly bytes: number;
}

const MAX_SHOWN = 200;

/**
 * Makes a DATA_DIR of a backup, wholly or not at all: it is put together aside, every file held against the sum in the
 * list, and takes its name at the end. Nothing runs yet after it.
 * @throws BackupError with what is wrong; the DATA_DIR is then as it was
 */
export async function restore(options: RestoreOptions): Promise<Restored> {
  const from = resolve(options.from);
  const dataDir = resolve(options.dataDir);
  const manifest = await readManifest(from);
  checkFit(manifest, options);
  await checkVacant(dataDir);
  const unfinished = `${dataDir}.restoring`;
  await rm(unfinished, { recursive: true, force: true });
  try {
    await mkdir(unfinished, { recursive: true });
    const isWanted = ({ path }: Entry) => !(options.withoutTemporal === true && path.startsWith('temporal/'));
    const copied = await copyAll(from, unfinished, manifest, isWanted);
    await mkdir(dirname(dataDir), { recursive: true });
    await takeName(unfinished, dataDir);
    return { manifest, ...copied };
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
}

async function readManifest(from: string): Promise<Manifest> {
  const path = join(from, MANIFEST_NAME);
  if (!existsSync(path)) {
    const what = existsSync(join(from, LIST_NAME)) ? 'holds a backup that did not come to its end' : 'holds no backup';
    throw new BackupError('incomplete', `${from} ${what}: there is no ${MANIFEST_NAME}`);
  }
  const read = parseJson(await readFile(path, 'utf8'));
  const format = (read as { format?: unknown } | null)?.format;
  if (format !== FORMAT && typeof format === 'number') {
    throw new BackupError('other_format', `${from} is a backup of format ${String(format)}, this version reads format ${String(FORMAT)}`); // prettier-ignore
  }
  const manifest = manifestSchema.safeParse(read);
  if (manifest.success) return manifest.data;
  const fields = manifest.error.issues.map(({ path: field, message }) => `${field.join('.')}: ${message}`);
  throw new BackupError('damaged', `${path} is damaged: ${fields.join('; ')}`);
}

function checkFit(manifest: Manifest, { knownSchema, postgresMajor }: RestoreOptions): void {
  const machine = `${process.platform}-${process.arch}`;
  if (manifest.machine !== machine) {
    throw new BackupError('other_machine', `the backup is of a ${manifest.machine} machine, this one is ${machine}: the files of Postgres are not the same there`); // prettier-ignore
  }
  if (manifest.postgres.major !== postgresMajor) {
    throw new BackupError('other_postgres', `the backup is of Postgres ${String(manifest.postgres.major)}, this version comes with Postgres ${String(postgresMajor)}`); // prettier-ignore
  }
  const unknown = manifest.schema.filter((name) => !knownSchema.includes(name));
  if (unknown.length > 0) {
    throw new BackupError('newer_schema', `the backup was made by a newer version: this one does not know ${unknown.join(', ')}`); // prettier-ignore
  }
}

async function checkVacant(dataDir: string): Promise<void> {
  const names = existsSync(dataDir) ? await readdir(dataDir) : [];
  if (names.length === 0) return;
  const shown = names.slice(0, 5).join(', ');
  throw new BackupError('not_empty', `${dataDir} holds ${shown} already: a backup is restored into an empty DATA_DIR. Move it away, or set DATA_DIR`); // prettier-ignore
}

async function copyAll(
  from: string,
  to: string,
  { list_sha256: listSum, files: expected }: Manifest,
  isWanted: (entry: Entry) => boolean,
): Promise<{ readonly files: number; readonly bytes: number }> {
  const listPath = join(from, LIST_NAME);
  if ((await sumOf(listPath)) !== listSum) throw new BackupError('damaged', `${listPath} is not the one of the backup`);
  const directories: { readonly path: string; readonly mode: number }[] = [];
  let [seen, files, bytes] = [0, 0, 0];
  for await (const line of createInterface({ input: createReadStream(listPath) })) {
    const { success, data: entry } = entrySchema.safeParse(parseJson(line));
    if (!success) throw new BackupError('damaged', `${listPath} has a line that names no file of a backup: ${line.slice(0, MAX_SHOWN)}`); // prettier-ignore
    if (!('directory' in entry)) seen += 1;
    if (!isWanted(entry)) continue;
    const target = join(to, entry.path);
    if ('directory' in entry) {
      await mkdir(target, { recursive: true, mode: 0o700 });
      directories.push({ path: target, mode: entry.mode });
      continue;
    }
    await copyChecked(join(from, entry.path), target, entry);
    files += 1;
    bytes += entry.bytes;
  }
  if (seen !== expected) throw new BackupError('damaged', `${listPath} names ${String(seen)} files of ${String(expected)}`); // prettier-ignore
  for (const { path, mode } of directories.reverse()) {
    await chmod(path, mode);
    await syncDirectory(path);
  }
  return { files, bytes };
}

async function copyChecked(source: string, target: string, entry: { readonly mode: number; readonly sha256: string }) {
  const copied = await copyFile(source, target);
  if (copied === null) throw new BackupError('damaged', `${source} is missing from the backup`);
  if (copied.sha256 !== entry.sha256) throw new BackupError('damaged', `${source} is damaged: its sha256 is not the one of the backup`); // prettier-ignore
  // Whoever moved the backup about may have lost the modes, and Postgres insists on them.
  await chmod(target, entry.mode);
}

async function takeName(unfinished: string, dataDir: string): Promise<void> {
  await syncDirectory(unfinished);
  try {
    await rename(unfinished, dataDir);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new BackupError('cannot_rename', `${dataDir} cannot be made (${code}): where it is a mount point, set DATA_DIR to a directory below it`, { cause: error }); // prettier-ignore
  }
  await syncDirectory(dirname(dataDir));
}

async function sumOf(path: string): Promise<string | null> {
  if (!existsSync(path)) return null;
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
