import { type MediaResults, type MediaSettings, type MediaTask } from '../media-task';
import { createExifReader } from './exif';
import { identify } from './identify';
import { setUpImages } from './image';
import { createMediaInfoReader } from './media-info';
import { createPreviewMaker } from './previews';
import { createProbe } from './probe';
import { replyOf } from './reply';

type FileWork = (task: MediaTask) => Promise<MediaResults[MediaTask['kind']]>;

/** What a process does with a file. One file at a time: what it takes is then that file's doing. */
export async function createFileWork(settings: MediaSettings): Promise<FileWork> {
  setUpImages();
  const probe = createProbe({ readExif: createExifReader(settings), readMediaInfo: await createMediaInfoReader() });
  const makePreviews = createPreviewMaker(settings);

  async function examine(path: string, directory: string): Promise<MediaResults['examine']> {
    const identified = await identify(path);
    const { contentType } = identified;
    const [probed, previews] = await Promise.all([
      replyOf<'probe'>(probe(path, contentType)),
      replyOf<'previews'>(makePreviews(path, contentType, directory)),
    ]);
    return { identified, probed, previews };
  }

  return async (task) => {
    switch (task.kind) {
      case 'identify':
        return await identify(task.path);
      case 'probe':
        return await probe(task.path, task.contentType);
      case 'previews':
        return await makePreviews(task.path, task.contentType, task.directory);
      case 'examine':
        return await examine(task.path, task.directory);
    }
  };
}
