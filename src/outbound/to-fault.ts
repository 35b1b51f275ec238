import { DownloadFault, type DownloadCode, type DownloadFaultFacts } from '../domain/download-fault';

/** Several lengths that differ, or not even that. */
const LENGTHS = 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH';
/** The errors of undici's parser have a name and no code. */
const OF_PARSER = 'HTTPParserError';
const CODE_FORM = /^[A-Z][A-Z0-9_]{1,63}$/;

/** What an error of the parser or the socket means for whoever waits for an answer. */
export function toFault(error: unknown): DownloadFault {
  if (error instanceof DownloadFault) return error;
  return new DownloadFault(classify(error), toFaultDetail(error));
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

function classify(error: unknown): DownloadCode {
  const code = codeOf(error);
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return 'headers_too_large';
  const isOfParser = (error as Partial<Error> | null)?.name === OF_PARSER;
  return isOfParser || code === LENGTHS ? 'upstream_protocol_error' : 'connection_lost';
}
