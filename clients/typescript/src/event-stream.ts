import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { LonghaulError, toLonghaulError } from './errors';
import { sleep } from './retries';

/** How an event stream is read. */
export interface EventStreamOptions {
  /** Asks for the stream: after the event of that id, or from the beginning for null. */
  readonly connect: (lastEventId: string | null, signal: AbortSignal) => Promise<Response>;
  readonly signal: AbortSignal;
  /** A stream that says nothing for longer is taken for dead; the service says that it lives every 15 s. */
  readonly silenceMs?: number;
}

const SILENCE_MS = 45_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
const NO_CONTENT = 204;

/**
 * The events of a stream, connected again with `Last-Event-ID` whenever it breaks, so that none is missed; ends when
 * the service says that there is nothing more (204) or when the signal aborts.
 * @throws LonghaulError when the caller may not read on, also in the middle of the stream
 */
export async function* readEvents({
  connect,
  signal,
  silenceMs = SILENCE_MS,
}: EventStreamOptions): AsyncGenerator<EventSourceMessage, void, undefined> {
  let lastEventId: string | null = null;
  let failures = 0;
  while (!signal.aborted) {
    const attempt = new AbortController();
    const end = AbortSignal.any([signal, attempt.signal]);
    const wish: { pauseMs?: number } = {};
    try {
      const response = await connect(lastEventId, end);
      if (response.status === NO_CONTENT) return;
      if (!response.ok) throw toLonghaulError(response, await readBody(response));
      for await (const event of readMessages(response, attempt, silenceMs, (ms) => (wish.pauseMs = ms))) {
        failures = 0;
        if (event.event === 'refused') throw toRefusal(event.data);
        lastEventId = event.id ?? lastEventId;
        yield event;
      }
    } catch (error) {
      if (error instanceof LonghaulError && error.status < 500 && error.status !== 429) throw error;
      failures += 1;
    } finally {
      // Also when the reader of the events has left.
      attempt.abort();
    }
    const backOffMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures) * Math.random();
    await sleep(wish.pauseMs ?? backOffMs, signal).catch(() => undefined);
  }
}

async function* readMessages(
  { body }: Response,
  attempt: AbortController,
  silenceMs: number,
  onRetry: (ms: number) => void,
): AsyncGenerator<EventSourceMessage, void, undefined> {
  if (body === null) return;
  const events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => events.push(event), onRetry });
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const silence = setTimeout(() => {
      attempt.abort(new Error('the event stream has fallen silent'));
    }, silenceMs);
    const { done, value } = await reader.read().finally(() => {
      clearTimeout(silence);
    });
    if (done) return;
    parser.feed(value);
    yield* events.splice(0);
  }
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  return parse(text) ?? text;
}

/** The body tells its status where it is a problem; the envelope of Unicat has it as its code. */
function toRefusal(data: string): LonghaulError {
  const body = parse(data) as { status?: number; result?: { code?: number } } | undefined;
  return new LonghaulError(body?.status ?? body?.result?.code ?? 403, body);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
