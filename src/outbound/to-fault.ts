import { DownloadFault, type DownloadCode, type DownloadFaultFacts } from '../domain/download-fault';

const TOO_LARGE: ReadonlySet<string> = new Set(['UND_ERR_HEADERS_OVERFLOW', 'HPE_HEADER_OVERFLOW']);
/** The body had not ended when the connection had. */
const CUT_OFF = 'HPE_INVALID_EOF_STATE';
const CODE_FORM = /^[A-Z][A-Z0-9_]{1,63}$/;

/** What an error of the parser or the socket means for whoever waits for an answer. */
export function toFault(error: unknown): DownloadFault {
  if (error instanceof DownloadFault) return error;
  return new DownloadFault(classify(codeOf(error)), toFaultDetail(error));
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

function classify(code: string): DownloadCode {
  if (TOO_LARGE.has(code)) return 'headers_too_large';
  return code.startsWith('HPE_') && code !== CUT_OFF ? 'upstream_protocol_error' : 'connection_lost';
}
