import { create } from 'content-disposition';
import type { FastifyReply } from 'fastify';
import { ZipFile } from 'yazl';
import { cleanFilename } from '../../../domain/media-filename';
import type { ObjectStore } from '../../../objects/object-store';
import type { SharedMedia } from '../../../store/share-page';
import { untilClosed } from '../../media/send-object';
import { wholeStream } from '../../media/whole-stream';
import { toFolderNames } from './names';

/**
 * Answers with all files in one ZIP, as a stream: a file is opened when the one before it is through, and nothing is
 * kept. They are not compressed, for media are already. A file that fails ends the answer, so that nobody takes what is
 * short for the whole.
 */
export function sendZip(
  reply: FastifyReply,
  objects: Pick<ObjectStore, 'read'>,
  files: readonly SharedMedia[],
): FastifyReply {
  const signal = untilClosed(reply);
  const zip = new ZipFile();
  const names = toFolderNames(files.map(({ filename }) => filename));
  const fail = (error: unknown) => {
    if (!signal.aborted) reply.log.warn({ err: error }, 'a ZIP of shared files was broken off');
    reply.raw.destroy();
  };
  files.forEach(({ objectKey, sizeBytes }, at) => {
    const size = Number(sizeBytes);
    zip.addReadStreamLazy(names[at] ?? String(at), { compress: false, size }, (done) => {
      objects.read(objectKey, null, signal).then(
        (stream) => {
          // Nothing else ends it when the reader goes in the middle.
          signal.addEventListener('abort', () => stream.destroy(), { once: true });
          done(null, wholeStream(stream, size).once('error', fail));
        },
        (error: unknown) => {
          fail(error);
        },
      );
    });
  });
  zip.end();
  return reply.send(zip.outputStream);
}

/** Of the answer with the ZIP of a share. */
export function zipHeaders({ name }: { readonly name: string | null }): Record<string, string> {
  const title = (name ?? 'Shared files').replaceAll(/[/\\]/g, '-');
  return {
    'content-type': 'application/zip',
    'content-disposition': create(`${cleanFilename(title)}.zip`),
    'content-security-policy': "sandbox; default-src 'none'",
  };
}
