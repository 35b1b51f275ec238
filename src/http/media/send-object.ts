import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ObjectStore, StoredObject } from '../../objects/object-store';
import { matchesTag, readRange } from '../byte-range';
import { Refusal } from '../refusal';
import { ofObjects } from './object-faults';
import { wholeStream } from './whole-stream';

/** A reader who takes nothing for so long has gone. */
const IDLE_MS = 120_000;

/**
 * Answers with an object, whole or the range that is asked for, or says that the reader has it already.
 * @throws Refusal 404 when it is not there, 416 for bytes that it has not, 503 when the objects cannot be reached
 */
export async function sendObject(
  request: FastifyRequest,
  reply: FastifyReply,
  objects: Pick<ObjectStore, 'read'>,
  { key, sizeBytes }: StoredObject,
  headers: Readonly<Record<string, string>>,
): Promise<FastifyReply> {
  const { range, 'if-none-match': known, 'if-range': unchanged } = request.headers;
  const tag = headers['etag'] ?? '';
  if (matchesTag(known, tag)) return reply.code(304).headers(headers).send();
  if (request.method === 'HEAD') return reply.headers(headers).header('content-length', sizeBytes).send();
  const wanted = unchanged === undefined || unchanged === tag ? readRange(range, sizeBytes) : null;
  if (wanted === 'unsatisfiable') throw rangeRefused(sizeBytes);
  const length = wanted === null ? sizeBytes : wanted.last - wanted.first + 1;
  const body = await ofObjects(objects.read(key, wanted, untilClosed(reply)));
  if (wanted !== null) {
    void reply.code(206).header('content-range', `bytes ${String(wanted.first)}-${String(wanted.last)}/${String(sizeBytes)}`); // prettier-ignore
  }
  reply.raw.setTimeout(IDLE_MS, () => reply.raw.destroy());
  return reply.headers(headers).header('content-length', length).send(wholeStream(body, length));
}

/** Aborts when the reader has gone. */
export function untilClosed(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    controller.abort(new Error('the reader has gone'));
  });
  return controller.signal;
}

function rangeRefused(sizeBytes: number): Refusal {
  const headers = { 'content-range': `bytes */${String(sizeBytes)}`, 'accept-ranges': 'bytes' };
  return new Refusal(416, 'range_not_satisfiable', 'the file has no such bytes', { headers });
}
