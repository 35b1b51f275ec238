import { DownloadFault, type DownloadCode, type DownloadFaultFacts } from '../domain/download-fault';

/** The errors of undici's parser have a name and no code. */
const OF_PARSER = 'HTTPParserError';
/** The connection ended between two chunks, or in one. */
const CUT_OFF = 'Invalid EOF state';
const CODE_FORM = /^[A-Z][A-Z0-9_]{1,63}$/;

/** What an error of the parser or the socket means for whoever waits for the head of an answer, or for its body. */
export function toFault(error: unknown, part: 'head' | 'body'): DownloadFault {
  if (error instanceof DownloadFault) return error;
  return new DownloadFault(classify(error, part), toFaultDetail(error));
}

/** The code of an error, for the log; its message could hold addresses. */
export function toFaultDetail(error: unknown): DownloadFaultFacts {
  const code = codeOf(error);
  return CODE_FORM.test(code) ? { detail: code } : {};
}

/** The `code` of an error of Node or undici; empty where there is none. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

function classify(error: unknown, part: 'head' | 'body'): DownloadCode {
  const code = codeOf(error);
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return 'headers_too_large';
  // This is what undici says of any fault once it has read a length: in the head of the answer, or of a body that lacks.
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH')
    return part === 'head' ? 'upstream_protocol_error' : 'connection_lost';
  const { name, message } = (error ?? {}) as Partial<Error>;
  return name === OF_PARSER && !(message ?? '').includes(CUT_OFF) ? 'upstream_protocol_error' : 'connection_lost';
}
