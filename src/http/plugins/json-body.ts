import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { findFault } from '../clean-value';
import { scanJson } from '../json-scan';
import { badRequest, Refusal } from '../refusal';

/** Levels of nesting that a body may have where its route says nothing. */
export const MAX_JSON_DEPTH = 64;

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const BODILESS = new Set(['GET', 'HEAD']);
const PLAIN_TYPES = new Set(['application/json', 'application/json; charset=utf-8', 'application/json;charset=utf-8']);

/**
 * Reads JSON bodies, and nothing else: valid UTF-8 of bounded depth, without control characters, lone surrogates and
 * prototype keys. A body of a million numbers is scanned once and parsed once; values are only walked one by one when
 * the scan found an escape, or the text holds one of those keys.
 */
export function registerJsonBody(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  addJsonParser(app, ['application/json']);
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const coding = request.headers['content-encoding'];
    if (coding === undefined || coding.toLowerCase() === 'identity' || BODILESS.has(request.method))
      done(null, payload);
    else done(new Refusal(415, 'unsupported_content_encoding', 'the body must be sent without Content-Encoding'));
  });
}

/** Reads bodies of further types by the same rules, for the routes of a scope. */
export function addJsonParser(app: FastifyInstance, types: string[] | RegExp): void {
  app.addContentTypeParser(types, { parseAs: 'buffer' }, (request, body, done) => {
    try {
      done(null, parseJsonBody(request, body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
}

function parseJsonBody(request: FastifyRequest, sent: Buffer): unknown {
  const bytes = toUtf8(request, sent);
  // The route's schema tells whether there may be none.
  if (bytes.length === 0) return undefined;
  const maxDepth = request.routeOptions.config.maxJsonDepth ?? MAX_JSON_DEPTH;
  const { depth, suspicious } = scanJson(bytes, maxDepth);
  if (depth > maxDepth) {
    throw badRequest('json_too_deep', `the body nests more than ${String(maxDepth)} levels deep`);
  }
  const text = bytes.toString('utf8');
  const value = parse(text);
  const judged = request.routeOptions.config.judgesTexts ?? [];
  if (judged === 'all') return value;
  if (suspicious || text.includes('__proto__') || text.includes('"constructor"') || text.includes('"prototype"')) {
    const fault = findFault(value, judged);
    if (fault !== null) throw badRequest('invalid_request', `${fault.field} ${fault.message}`, [fault]);
  }
  return value;
}

/**
 * The bytes of a text without a byte order mark.
 * @throws Refusal 415 when another charset is named, 400 when they are not valid UTF-8
 */
export function toUtf8(request: FastifyRequest, sent: Buffer): Buffer {
  assertCharset(request.headers['content-type'] ?? '');
  const bytes = sent.subarray(0, 3).equals(BYTE_ORDER_MARK) ? sent.subarray(3) : sent;
  if (!isUtf8(bytes)) throw badRequest('invalid_utf8', 'the body is not valid UTF-8');
  return bytes;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    // The engine's message repeats part of the body; only where it stumbled is of use to the caller.
    const position = /position (\d+)/.exec(String(error))?.[1];
    const where = position === undefined ? '' : ` (position ${position})`;
    throw badRequest('invalid_json', `the body is not valid JSON${where}`);
  }
}

function assertCharset(contentType: string): void {
  if (PLAIN_TYPES.has(contentType)) return;
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(contentType)?.[1];
  if (charset === undefined || /^utf-?8$/i.test(charset)) return;
  throw new Refusal(415, 'unsupported_charset', 'the body must be sent as UTF-8');
}
