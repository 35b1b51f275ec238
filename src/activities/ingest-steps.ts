import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type FileFacts, PREVIEW_SIZES, type PreviewSize } from '../domain/ingest-media';
import { MediaFault } from '../domain/media-fault';
import { toObjectKey, toPreviewKey } from '../domain/object-keys';
import type { MediaTools } from '../media/media-tools';
import type { ObjectStore } from '../objects/object-store';
import type { Downloader, DownloadProgress } from '../outbound/download';
import type { StagedFile } from '../outbound/staging';

/** What the steps of a file need. */
export interface IngestTools {
  readonly downloader: Pick<Downloader, 'download' | 'find' | 'adopt' | 'discard'>;
  readonly objects: Pick<ObjectStore, 'put' | 'stat' | 'read'>;
  readonly media: Pick<MediaTools, 'identify' | 'probe' | 'previews' | 'examine'>;
  /** Where previews lie until they are stored. */
  readonly directory: string;
}

/** The name of the staged file of a line of a job: no other job ever has the same, whatever becomes of the store. */
export function toStagedId(token: string, line: number): string {
  return `${token}-${String(line)}`;
}

type Sums = Pick<FileFacts, 'sizeBytes' | 'md5Sum' | 'sha256Sum'>;
type Identity = Pick<FileFacts, 'contentType' | 'mediaType' | 'objectKey'>;
type Probed = Pick<FileFacts, 'width' | 'height' | 'durationSeconds' | 'codec' | 'metadata'>;

/** A step that may find less than there could be: `note` says why, for people. */
export interface Noted<Facts> {
  readonly facts: Facts;
  readonly note: string | null;
}

/**
 * The steps of one file, each a plain function that may be repeated: what it does a second time changes nothing. They
 * throw a DownloadFault or a MediaFault for what the file or its server is to blame for, the reason of the signal when
 * that is aborted, and anything else for faults of our own machine room.
 */
export function createIngestSteps({ downloader, objects, media, directory }: IngestTools) {
  return {
    /** Fetches the file to the disk of this worker; goes on where an earlier call has come to. */
    async download(
      request: { readonly id: string; readonly url: string },
      signal: AbortSignal,
      onProgress?: (progress: DownloadProgress) => void,
    ): Promise<Sums> {
      return sumsOf(await downloader.download({ ...request, signal, ...(onProgress && { onProgress }) }));
    },

    /** What the file is, by its content; an empty one is refused. */
    async check(staged: StagedFile, signal: AbortSignal): Promise<Sums & Identity> {
      const { contentType, mediaType } = await media.identify(staged.path, signal);
      return { ...sumsOf(staged), contentType, mediaType, objectKey: toObjectKey(staged.sha256Sum) };
    },

    /** Puts the bytes into the object store, under the name of their content: the same bytes are kept once. */
    store: (staged: StagedFile, identity: Identity, signal: AbortSignal): Promise<void> =>
      putObject(staged, identity, signal),

    /** What the file says of itself. */
    async probe(staged: StagedFile, { contentType }: Identity, signal: AbortSignal): Promise<Noted<Probed>> {
      const { note, ...facts } = await media.probe(staged.path, contentType, signal);
      return { facts, note };
    },

    /** Makes the previews and stores them beside the object. */
    async previews(
      staged: StagedFile,
      { contentType, objectKey }: Identity,
      signal: AbortSignal,
    ): Promise<Noted<Pick<FileFacts, 'previews'>>> {
      return inOwnDirectory(async (own) => {
        const { made, note } = await media.previews(staged.path, contentType, own, signal);
        return { facts: { previews: await storePreviews(objectKey, made, signal) }, note };
      });
    },

    /**
     * Check, store, probe and previews in one go, at a fraction of their cost one by one: for files of which nobody
     * follows the steps. What cannot be probed or drawn is attached without.
     */
    async examine(staged: StagedFile, signal: AbortSignal): Promise<FileFacts> {
      return inOwnDirectory(async (own) => {
        const { identified, probed, previews } = await media.examine(staged.path, own, signal);
        const { contentType, mediaType } = identified;
        const checked = { ...sumsOf(staged), contentType, mediaType, objectKey: toObjectKey(staged.sha256Sum) };
        const [sizes] = await Promise.all([
          storePreviews(checked.objectKey, previews instanceof MediaFault ? {} : previews.made, signal),
          putObject(staged, checked, signal),
        ]);
        if (probed instanceof MediaFault) return { ...checked, ...UNPROBED, previews: sizes };
        const { note: _, ...found } = probed;
        return { ...checked, ...found, previews: sizes };
      });
    },

    /**
     * The staged file, fetched back from the object store where another worker had it; null when it is in neither place,
     * so that it is to be downloaded again.
     */
    async find(id: string, objectKey: string | undefined, signal: AbortSignal): Promise<StagedFile | null> {
      const staged = await downloader.find(id);
      if (staged !== null || objectKey === undefined) return staged;
      if ((await objects.stat(objectKey)) === null) return null;
      return downloader.adopt(id, await objects.read(objectKey, null, signal));
    },

    /** Of these objects, those that are there. */
    async findObjects(keys: readonly string[]): Promise<ReadonlySet<string>> {
      const found = await Promise.all(keys.map(async (key) => ((await objects.stat(key)) === null ? [] : [key])));
      return new Set(found.flat());
    },

    /** Removes what workers that were killed have left of previews; answers how much. */
    async sweepPreviews(olderThanMs: number): Promise<number> {
      const removed = (await namesIn(directory)).map(async (name) => {
        const path = join(directory, name);
        const facts = await stat(path).catch(() => null);
        if (facts === null || Date.now() - facts.mtimeMs < olderThanMs) return 0;
        await rm(path, { recursive: true, force: true });
        return 1;
      });
      return (await Promise.all(removed)).reduce<number>((sum, one) => sum + one, 0);
    },

    /** The file is not needed on this disk any more. */
    discard: (id: string): Promise<void> => downloader.discard(id),
  };

  async function putObject(
    { path, sizeBytes, md5Sum }: StagedFile,
    { objectKey, contentType }: Identity,
    signal: AbortSignal,
  ): Promise<void> {
    await objects.put(objectKey, path, { sizeBytes, contentType, md5Sum }, signal);
  }

  async function inOwnDirectory<T>(work: (own: string) => Promise<T>): Promise<T> {
    await mkdir(directory, { recursive: true });
    const own = await mkdtemp(join(directory, 'previews-'));
    try {
      return await work(own);
    } finally {
      await rm(own, { recursive: true, force: true });
    }
  }

  async function storePreviews(
    objectKey: string,
    made: Readonly<Partial<Record<PreviewSize, string>>>,
    signal: AbortSignal,
  ): Promise<readonly PreviewSize[]> {
    const sizes = PREVIEW_SIZES.filter((size) => made[size] !== undefined);
    await Promise.all(sizes.map((size) => storePreview(objectKey, size, made[size] ?? '', signal)));
    return sizes;
  }

  async function storePreview(objectKey: string, size: PreviewSize, path: string, signal: AbortSignal): Promise<void> {
    const { size: sizeBytes } = await stat(path);
    await objects.put(toPreviewKey(objectKey, size), path, { sizeBytes, contentType: 'image/webp' }, signal);
  }
}

const UNPROBED = { width: null, height: null, durationSeconds: null, codec: null, metadata: null } as const;

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

export type IngestSteps = ReturnType<typeof createIngestSteps>;

function sumsOf({ sizeBytes, md5Sum, sha256Sum }: StagedFile): Sums {
  return { sizeBytes, md5Sum, sha256Sum };
}
