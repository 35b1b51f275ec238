import { type MediaFault } from '../domain/media-fault';
import { type IdentifiedMedia, type MediaPreviews, type ProbedMedia } from './media-task';

/** All that there is to know of a file; a fault of one part leaves the others. */
export interface ExaminedMedia {
  readonly identified: IdentifiedMedia;
  readonly probed: ProbedMedia | MediaFault;
  readonly previews: MediaPreviews | MediaFault;
}

/**
 * Looks into files, in processes apart. What is wrong with a file is a {@link MediaFault}; whatever else is
 * thrown (a file that is not there, a process that cannot be started) is a fault of our own machine room. A signal
 * that is aborted ends the work on the file at once, and is what is thrown then.
 */
export interface MediaTools {
  /** What a file is, by its content. Throws `empty_file`. */
  identify(path: string, signal?: AbortSignal): Promise<IdentifiedMedia>;
  /** What a file says of itself; everything empty for types that are not probed. */
  probe(path: string, contentType: string, signal?: AbortSignal): Promise<ProbedMedia>;
  /** Makes previews in `directory`, which should be the file's own; none are left there when it throws. */
  previews(path: string, contentType: string, directory: string, signal?: AbortSignal): Promise<MediaPreviews>;
  /** All three in one go, for many files: cheaper than one after the other. Throws what `identify` throws. */
  examine(path: string, directory: string, signal?: AbortSignal): Promise<ExaminedMedia>;
  /** Ends every process and waits until they are gone. What is under way is rejected. */
  close(): Promise<void>;
}
