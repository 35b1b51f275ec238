import { ObjectGoneError } from '../../domain/object-gone';
import { notFound, unavailable } from '../refusal';

const RETRY_AFTER_SECONDS = 5;

/**
 * What the object store answers, its faults in words for callers.
 * @throws Refusal 404 when the object is not there, 503 when the store cannot be asked
 */
export async function ofObjects<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ObjectGoneError) throw fileGone();
    throw unavailable('files_unavailable', 'the files cannot be reached at the moment; try again', RETRY_AFTER_SECONDS, error); // prettier-ignore
  }
}

/** One answer for all that is not there any more: who has an old link learns nothing of what it led to. */
export function fileGone() {
  return notFound('the link has expired, or the file is gone', 'file_gone');
}
