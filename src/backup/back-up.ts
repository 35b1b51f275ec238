import { mkdir, readdir, rename } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { clusterDirectory, temporalDbFile } from '../embedded/data-directory';
import { BackupError } from './backup-error';
import { createCollection, type Collection } from './collection';
import { syncDirectory, writeNew } from './file-copy';
import { FORMAT, MANIFEST_NAME, type Manifest } from './manifest';
import { copyCluster } from './postgres-copy';

export interface BackUpOptions {
  readonly dataDir: string;
  /** An empty directory, or one that is made. */
  readonly to: string;
  readonly databaseUrl: string;
  /** Null where they lie in a bucket. */
  readonly objectsDir: string | null;
  /** Runs work while no process has the database of Temporal open; null where Temporal is a service of its own. */
  readonly withTemporalStopped: (<T>(work: () => Promise<T>) => Promise<T>) | null;
  readonly schema: readonly string[];
  readonly dataSecretPrint: string;
  readonly now: Date;
  /** Hears of each part before it is copied. */
  readonly onPart?: (part: string) => void;
}

/** What the object store keeps for itself while files come in: names with a dot first. */
const isDraft = (inner: string) => /(^|\/)\./.test(inner);
const PASSWORD = 'postgres.password';

/**
 * Copies what a DATA_DIR holds, while it is in use, in an order in which nothing refers to what is not there: what Temporal
 * knows is older than what the store says, and the objects are those from before the state of the store to after it.
 * @throws BackupError when it cannot be made; what is left then has no manifest, and cannot be restored
 */
export async function backUp(options: BackUpOptions): Promise<Manifest> {
  const { dataDir, objectsDir, onPart = () => undefined } = options;
  const root = await openTarget(options.to, dataDir);
  const collection = createCollection(root);
  onPart('secrets');
  await collection.addTree(join(dataDir, 'secrets'), 'secrets');
  await collection.addFile(join(dataDir, PASSWORD), PASSWORD);
  if (options.withTemporalStopped !== null) {
    onPart('temporal');
    await options.withTemporalStopped(() => addTemporal(collection, dataDir));
  }
  if (objectsDir !== null) {
    onPart('objects');
    await addObjects(collection, objectsDir);
  }
  onPart('postgres');
  const postgres = await copyCluster(options.databaseUrl, clusterDirectory(dataDir), collection);
  if (objectsDir !== null) await addObjects(collection, objectsDir);
  const { files, bytes, listSha256 } = await collection.close();
  const manifest: Manifest = {
    format: FORMAT,
    created_at: options.now.toISOString(),
    machine: `${process.platform}-${process.arch}`,
    postgres: { major: postgres.major, start_lsn: postgres.startLsn, stop_lsn: postgres.stopLsn },
    temporal: options.withTemporalStopped === null ? 'elsewhere' : 'here',
    objects: objectsDir === null ? 'elsewhere' : 'here',
    schema: [...options.schema],
    data_secret_print: options.dataSecretPrint,
    files,
    bytes,
    list_sha256: listSha256,
  };
  const unfinished = `${MANIFEST_NAME}.unfinished`;
  await writeNew(root, unfinished, `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(join(root, unfinished), join(root, MANIFEST_NAME));
  await syncDirectory(root);
  return manifest;
}

async function openTarget(to: string, dataDir: string): Promise<string> {
  const root = resolve(to);
  const fromData = relative(resolve(dataDir), root);
  if (fromData === '' || !fromData.startsWith('..')) {
    throw new BackupError('inside_data', `${root} lies in DATA_DIR, and would be lost with it: name another directory`);
  }
  await mkdir(root, { recursive: true, mode: 0o700 });
  if ((await readdir(root)).length === 0) return root;
  throw new BackupError('not_empty', `${root} is not empty: each backup has a directory of its own`);
}

/** The database and its log belong together; what else lies there is made anew. */
async function addTemporal(collection: Collection, dataDir: string): Promise<void> {
  const file = temporalDbFile(dataDir);
  for (const suffix of ['', '-wal', '-journal']) {
    await collection.addFile(`${file}${suffix}`, `temporal/temporal.db${suffix}`);
  }
}

/** The second time those that have come since: what lies under a key never changes. */
async function addObjects(collection: Collection, directory: string): Promise<void> {
  await collection.addTree(directory, 'objects', {
    leavesOut: (inner) => (isDraft(inner) ? 'all' : 'nothing'),
    onlyNew: true,
  });
}
