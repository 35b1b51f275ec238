import { once } from 'node:events';
import { get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { SyncEvent } from '../../src/domain/sync';

/** What a client keeps of an event stream. */
export interface StreamMessage {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
}

/** One connection to an event stream. */
export interface StreamConnection {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Ends when the server ends the stream. Comments are left out. */
  readonly messages: AsyncGenerator<StreamMessage, void, undefined>;
  close(): void;
}

export interface StreamRequest {
  readonly key: string;
  readonly cursor?: number | string;
  readonly lastEventId?: string;
  /** Told of each comment and retry line. */
  readonly onOther?: (line: string) => void;
}

export async function openStream(address: string, gid: string, request: StreamRequest): Promise<StreamConnection> {
  const query = request.cursor === undefined ? '' : `?cursor=${String(request.cursor)}`;
  return openEventStream(`${address}/api/p/${gid}/sync/stream${query}`, request);
}

/** By node:http, because fetch replaces the connection of an aborted request by one that it does not use. */
export async function openEventStream(url: string, request: Omit<StreamRequest, 'cursor'>): Promise<StreamConnection> {
  const headers = {
    'x-api-key': request.key,
    ...(request.lastEventId === undefined ? {} : { 'last-event-id': request.lastEventId }),
  };
  const sent = get(url, { headers, agent: false });
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    messages: parseMessages(answer, request.onOther ?? (() => {})),
    close: () => answer.destroy(),
  };
}

async function* parseMessages(chunks: AsyncIterable<Uint8Array>, onOther: (line: string) => void) {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true });
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const lines = block.split('\n');
      const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      const data = field('data');
      if (data === undefined) onOther(block);
      else yield { id: field('id'), event: field('event') ?? 'message', data };
    }
  }
}

/** The next `count` events of a stream; throws when it ends before. */
export async function takeEvents(stream: StreamConnection, count: number): Promise<SyncEvent[]> {
  const events: SyncEvent[] = [];
  while (events.length < count) {
    const next = await stream.messages.next();
    if (next.done === true)
      throw new Error(`the stream ended after ${String(events.length)} of ${String(count)} events`);
    if (next.value.event !== 'message') throw new Error(`the stream said ${next.value.event}: ${next.value.data}`);
    const event = JSON.parse(next.value.data) as SyncEvent;
    if (next.value.id !== String(event.cursor)) throw new Error(`id ${String(next.value.id)} of ${next.value.data}`);
    events.push(event);
  }
  return events;
}

export interface SyncAnswer {
  readonly success: boolean;
  readonly result: { sync: SyncEvent[]; cursor: number; code?: number; message?: string };
}

/** One `GET sync`. */
export async function getSync(
  address: string,
  gid: string,
  key: string,
  query: Record<string, string | number>,
  signal?: AbortSignal,
): Promise<SyncAnswer> {
  const text = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  );
  const headers = { 'x-api-key': key };
  const answer = await fetch(`${address}/api/p/${gid}/sync?${text.toString()}`, {
    headers,
    ...(signal ? { signal } : {}),
  });
  return (await answer.json()) as SyncAnswer;
}

/** One `POST sync/get`. */
export async function postSyncGet(address: string, gid: string, key: string, body: object): Promise<SyncAnswer> {
  const answer = await fetch(`${address}/api/p/${gid}/sync/get`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await answer.json()) as SyncAnswer;
}
