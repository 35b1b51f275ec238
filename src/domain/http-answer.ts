import { toKeepableJson, toKeepableText } from './clean-text';
import type { JsonValue } from './dag-action';

/** What of an answer later nodes, and people, may see. */
export const MAX_ANSWER_BYTES = 256 * 1024;

/** Answers that another attempt may turn out better than. */
export function isPassingStatus(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || (status >= 500 && status <= 599);
}

/** Headers that open something, or prove who asks. */
const SECRET: ReadonlySet<string> = new Set([
  'set-cookie',
  'set-cookie2',
  'cookie',
  'authorization',
  'authentication-info',
  'proxy-authorization',
  'proxy-authenticate',
  'www-authenticate',
]);

type Headers = Readonly<Record<string, string>>;

/** The headers of an answer that may be told, by lower-case name. */
export function toToldHeaders(headers: Headers): Headers {
  const told = Object.entries(headers).flatMap(([name, value]) =>
    SECRET.has(name.toLowerCase()) ? [] : [[name.toLowerCase(), toKeepableText(value)] as const],
  );
  return Object.fromEntries(told);
}

/** A body as later nodes see it; `note` says why there is nothing to be seen of one that is there. */
export interface ReadBody {
  readonly body: JsonValue;
  readonly note: string | null;
}

const TEXTS =
  /^(?:text\/.+|application\/(?:xml|javascript|ecmascript|yaml|x-yaml|x-www-form-urlencoded|x-ndjson|sql|graphql)|.+\+(?:xml|yaml))$/;
const JSON_TYPES = /^(?:application\/json|text\/json|.+\+json)$/;

/** JSON is parsed, texts are decoded by their charset, and of anything else nothing is kept. */
export function readAnswerBody(headers: Headers, bytes: Uint8Array): ReadBody {
  if (bytes.length === 0) return { body: null, note: null };
  const { type, charset } = parseContentType(headers['content-type']);
  const notKept = (why: string) => ({
    body: null,
    note: `the body of ${String(bytes.length)} bytes is not kept: ${why}`,
  });
  const encoding = (headers['content-encoding'] ?? '').trim().toLowerCase();
  if (encoding !== '' && encoding !== 'identity') return notKept('it is encoded');
  if (type === '') {
    const text = decode(bytes, 'utf-8', true);
    return text === null ? notKept('it says no content type') : { body: text, note: null };
  }
  const isJson = JSON_TYPES.test(type);
  if (!isJson && !TEXTS.test(type)) return notKept(`it is ${type}`);
  // JSON has no charset (RFC 8259, 8.1).
  const text = decode(bytes, isJson ? 'utf-8' : charset, false);
  if (text === null) return notKept('its charset is not known');
  const parsed = isJson ? parseJson(text) : null;
  return { body: parsed === null ? text : parsed.value, note: null };
}

function parseContentType(header = ''): { readonly type: string; readonly charset: string } {
  const [type = '', ...parameters] = header.split(';');
  const charset = parameters.map((each) => /^\s*charset\s*=\s*"?([^"\s]+)"?\s*$/i.exec(each)?.[1]).find(Boolean);
  // A server that names two types has them joined by a comma.
  const [first = ''] = type.split(',');
  return { type: toKeepableText(first.trim().toLowerCase()).slice(0, 100), charset: charset ?? 'utf-8' };
}

/** Null where the charset is not known, or for what is no text when it is read strictly: nothing else can fail here. */
function decode(bytes: Uint8Array, charset: string, strict: boolean): string | null {
  try {
    return toKeepableText(new TextDecoder(charset, { fatal: strict }).decode(bytes));
  } catch {
    return null;
  }
}

/** Null for what is no JSON, or is nested too deep to be kept: the text itself tells more then. */
function parseJson(text: string): { readonly value: JsonValue } | null {
  try {
    return toKeepableJson(JSON.parse(text) as JsonValue);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
