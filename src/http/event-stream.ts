import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** Lines that clients do not hear of: they show that the stream is alive. */
export const HEARTBEAT = ':\n\n';
/** How often a silent stream says so, by default. */
export const HEARTBEAT_MS = 15_000;
/** How old the answer to "may this caller still read here?" may get in a long conversation, by default. */
export const RECHECK_MS = 15_000;
/** What a stream waits for a store that is away before it asks again. */
export const STORE_RETRY_MS = 1_000;
/** The beginning of a stream: what a client waits before it connects again after the end. */
export const STREAM_START = 'retry: 2000\n\n';

/** What a stream's last words may take when the app closes. */
const DRAIN_MS = 1_000;

/** An event without a name, so that `EventSource.onmessage` gets it. */
export function toEventText(id: number | string, data: unknown): string {
  return `id: ${String(id)}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** The last word of a stream whose caller may not read on, with the body that an answer would have. */
export function toRefusedText(body: unknown): string {
  return `event: refused\ndata: ${JSON.stringify(body)}\n\n`;
}

export interface EventStreamEnd {
  /** Aborts when the caller has gone or the app closes; the text must end then. */
  readonly signal: AbortSignal;
  /** Called when the stream is over, perhaps more than once. */
  readonly close: () => void;
}

/**
 * Answers with an event stream. The text is asked for its next piece when the caller takes it, so a slow reader costs
 * the memory of two pieces however far behind it is.
 */
export function sendEventStream(
  reply: FastifyReply,
  text: AsyncIterable<string | Buffer>,
  end: EventStreamEnd,
): FastifyReply {
  // One piece ahead, however small: what is read ahead for a reader that takes nothing lies there for long.
  const stream = Readable.from(text, { objectMode: false, highWaterMark: 1 }).once('close', end.close);
  const leave = () => {
    end.close();
    // Who does not read cannot be waited for.
    setTimeout(() => stream.destroy(), DRAIN_MS).unref();
  };
  end.signal.addEventListener('abort', leave, { once: true });
  if (end.signal.aborted) leave();
  return (
    reply
      .header('content-type', 'text/event-stream; charset=utf-8')
      .header('cache-control', 'no-store, no-transform')
      .header('x-accel-buffering', 'no')
      // Nothing follows a stream on its connection, and an app that closes would wait for it.
      .header('connection', 'close')
      .send(stream)
  );
}
