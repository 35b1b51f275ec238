import type { ErrorReport } from './dialect';
import { Refusal } from './refusal';
import { classifyStoreFault } from './store-faults';

export interface ClassifiedError {
  readonly report: ErrorReport;
  readonly headers: Readonly<Record<string, string>>;
  /** True when it is our fault and the log must tell. */
  readonly ours: boolean;
}

/** The framework's own errors, in our words. Their texts are not used: some repeat what the caller sent. */
const FRAMEWORK: Record<string, { status: number; code: string; message: string }> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    code: 'body_too_large',
    message: 'the body is larger than this route takes',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'unsupported_media_type',
    message: 'the body must be sent as application/json',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    code: 'invalid_content_length',
    message: 'the body is not as long as Content-Length says',
  },
  FST_ERR_BAD_URL: { status: 400, code: 'invalid_url', message: 'the path is not valid percent-encoded UTF-8' },
  FST_ERR_MAX_PARAM_LENGTH: { status: 414, code: 'url_too_long', message: 'a part of the path is too long' },
  FST_ERR_NOT_FOUND: { status: 404, code: 'route_not_found', message: 'there is no such route' },
  FST_ERR_HANDLER_TIMEOUT: { status: 503, code: 'timeout', message: 'the answer took too long; try again' },
};

const RETRY_AFTER_SECONDS = '2';

/** What the caller is told of an error, whatever was thrown. Nothing of an unexpected error reaches the caller. */
export function classifyError(error: unknown, requestId: string): ClassifiedError {
  if (error instanceof Refusal) {
    const { statusCode: status, code, message, fields, headers, tellsCode } = error;
    return { report: { status, code, message, fields, requestId, tellsCode }, headers, ours: status >= 500 };
  }
  const known = FRAMEWORK[codeOf(error)];
  if (known !== undefined)
    return { report: { ...known, fields: [], requestId }, headers: {}, ours: known.status >= 500 };
  switch (classifyStoreFault(error)) {
    case 'away':
      return {
        report: report(503, 'store_unavailable', 'the store cannot be reached at the moment; try again', requestId),
        headers: { 'retry-after': RETRY_AFTER_SECONDS },
        ours: true,
      };
    case 'bad_text':
      return {
        report: report(400, 'invalid_text', 'a text holds characters that cannot be stored', requestId),
        headers: {},
        ours: true,
      };
    case null:
      return fromStatus(error, requestId);
  }
}

/** An error of a plugin that says only its status: a 4xx stays one, everything else is an unexpected fault of ours. */
function fromStatus(error: unknown, requestId: string): ClassifiedError {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  if (typeof status === 'number' && status >= 400 && status <= 499) {
    return {
      report: report(status, 'bad_request', 'the request could not be read', requestId),
      headers: {},
      ours: false,
    };
  }
  return { report: report(500, 'internal_error', 'internal error', requestId), headers: {}, ours: true };
}

function report(status: number, code: string, message: string, requestId: string): ErrorReport {
  return { status, code, message, fields: [], requestId };
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}
