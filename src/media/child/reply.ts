import { MediaFault } from '../../domain/media-fault';
import { type MediaReply, type MediaResults, type MediaTask } from '../media-task';

const MAX_DETAIL = 2_000;

/** The result or the fault of a piece of work, in a form that goes from process to process. Never rejects. */
export async function replyOf<Kind extends MediaTask['kind']>(
  work: Promise<MediaResults[Kind]>,
): Promise<MediaReply<Kind>> {
  try {
    return { ok: true, result: await work };
  } catch (error) {
    // What a fault of the file says is known by its code.
    const [fault, why] = error instanceof MediaFault ? [error.code, error.cause ?? ''] : [null, error];
    return { ok: false, fault, detail: detailOf(why).slice(0, MAX_DETAIL) };
  }
}

function detailOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${detailOf(error.cause)}`;
}
