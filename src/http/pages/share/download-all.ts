import { create } from 'content-disposition';
import type { FastifyReply } from 'fastify';
import { ZipFile } from 'yazl';
import { cleanFilename } from '../../../domain/media-filename';
import type { ObjectStore } from '../../../objects/object-store';
import type { Database } from '../../../store/database';
import { listSharedFiles, type SharedFile, type SharedWalk } from '../../../store/share-shown';
import { untilClosed } from '../../media/send-object';
import { wholeStream } from '../../media/whole-stream';
import { createZipNames } from './zip-names';

/** A ZIP ends with a list of its files, which is kept until then: so many cost some 20 MB. */
export const MOST_ZIP_ASSETS = 20_000;
/** Files are looked up so many at a time, when the ones before are through. */
const PAGE = 500;
/** A reader who takes nothing for so long has gone. */
const IDLE_MS = 120_000;

export interface ZipSource {
  readonly db: Database;
  readonly objects: Pick<ObjectStore, 'read'>;
}

/**
 * Answers with all files of a share, or of one of its folders, in one ZIP, as a stream: a file is opened when the one
 * before it is through, and nothing of it is kept. What leaves the share meanwhile is not in it. They are not compressed,
 * for media are already. A file that fails ends the answer, so that nobody takes what is short for the whole.
 */
export function sendZip(reply: FastifyReply, source: ZipSource, walk: SharedWalk): FastifyReply {
  const signal = untilClosed(reply);
  const zip = new ZipFile();
  const fail = (error: unknown) => {
    if (!signal.aborted) reply.log.warn({ err: error }, 'a ZIP of shared files was broken off');
    reply.raw.destroy();
  };
  zip.on('error', fail);
  reply.raw.setTimeout(IDLE_MS, () => reply.raw.destroy());
  addFiles(zip, source, walk, signal, fail).catch(fail);
  return reply.send(zip.outputStream);
}

async function addFiles(
  zip: ZipFile,
  { db, objects }: ZipSource,
  walk: SharedWalk,
  signal: AbortSignal,
  fail: (error: unknown) => void,
): Promise<void> {
  const names = createZipNames();
  let last: SharedFile | null = null;
  for (;;) {
    const files: readonly SharedFile[] = await listSharedFiles(db, walk, last, PAGE);
    const added = files.map((file) => addFile(zip, objects, { file, path: names.toPath(file.folders, file.filename) }, signal, fail)); // prettier-ignore
    last = files.at(-1) ?? null;
    if (files.length < PAGE || last === null) break;
    await added.at(-1);
  }
  zip.end();
}

/** Adds a file to the list of those to be opened; resolves when it is its turn, never when the reader goes before. */
function addFile(
  zip: ZipFile,
  objects: Pick<ObjectStore, 'read'>,
  { file, path }: { readonly file: SharedFile; readonly path: string },
  signal: AbortSignal,
  fail: (error: unknown) => void,
): Promise<void> {
  const size = Number(file.sizeBytes);
  return new Promise((resolve) => {
    zip.addReadStreamLazy(path, { compress: false, size }, (done) => {
      resolve();
      objects.read(file.objectKey, null, signal).then((stream) => {
        // Nothing else ends it when the reader goes in the middle.
        const end = () => stream.destroy();
        signal.addEventListener('abort', end, { once: true });
        stream.once('close', () => {
          signal.removeEventListener('abort', end);
        });
        if (signal.aborted) end();
        done(null, wholeStream(stream, size).once('error', fail));
      }, fail);
    });
  });
}

/** Of the answer with a ZIP of that name. */
export function zipHeaders(name: string | null): Record<string, string> {
  const title = (name ?? 'Shared files').replaceAll(/[/\\]/g, '-');
  return {
    'content-type': 'application/zip',
    'content-disposition': create(`${cleanFilename(title)}.zip`),
    'content-security-policy': "sandbox; default-src 'none'",
  };
}
