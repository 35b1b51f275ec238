import type { Schemas } from './schemas';

/** The body of an error, by the API that the route belongs to. `unknown`: none of ours, as of a proxy in between. */
export type ErrorBody =
  | { readonly dialect: 'problem'; readonly body: Schemas['Problem'] }
  | { readonly dialect: 'unicat'; readonly body: Schemas['UnicatError'] }
  | { readonly dialect: 'media-pocket'; readonly body: Schemas['MediaPocketError'] }
  | { readonly dialect: 'unknown'; readonly body: unknown };

/** A bad field of what was sent. */
export type FieldFault = Schemas['Problem']['errors'][number];

/** An answer of 400 or more. `told` has the body in the form of its API; the rest is what they have in common. */
export class LonghaulError extends Error {
  override readonly name = 'LonghaulError';
  readonly told: ErrorBody;
  /** Stable, for programs: of the body where it tells one, else the status. */
  readonly code: string;
  /** Of problem details; the other forms name bad fields in their message only. */
  readonly fields: readonly FieldFault[];

  constructor(
    readonly status: number,
    body: unknown,
    /** To quote to whoever runs the service; null where the answer came from somebody else. */
    readonly requestId: string | null = null,
    /** How long to wait before it is worth another try; null where that was not said. */
    readonly retryAfterSeconds: number | null = null,
  ) {
    const told = toErrorBody(body);
    super(toMessage(status, told));
    this.told = told;
    this.code = toCode(status, told);
    this.fields = told.dialect === 'problem' ? told.body.errors : [];
  }
}

/** The error of an answer whose body has been read. */
export function toLonghaulError(response: Pick<Response, 'status' | 'headers'>, body: unknown): LonghaulError {
  const { status, headers } = response;
  return new LonghaulError(status, body, headers.get('x-request-id'), toSeconds(headers.get('retry-after')));
}

/**
 * The data of an answer of `client.api`.
 * @throws LonghaulError when it was refused
 */
export function answerOf<T>(result: {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Pick<Response, 'ok' | 'status' | 'headers'>;
}): T {
  if (!result.response.ok) throw toLonghaulError(result.response, result.error);
  return result.data as T;
}

/** Null unless it is a number of seconds: dates are not sent by the service. */
export function toSeconds(header: string | null): number | null {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) : null;
}

function toErrorBody(body: unknown): ErrorBody {
  if (typeof body !== 'object' || body === null) return { dialect: 'unknown', body };
  if ('type' in body && 'code' in body && 'detail' in body && 'errors' in body && Array.isArray(body.errors)) {
    return { dialect: 'problem', body: body as Schemas['Problem'] };
  }
  if ('success' in body && body.success === false && 'result' in body) {
    return { dialect: 'unicat', body: body as Schemas['UnicatError'] };
  }
  if ('error' in body && typeof body.error === 'string') {
    return { dialect: 'media-pocket', body: body as Schemas['MediaPocketError'] };
  }
  return { dialect: 'unknown', body };
}

function toMessage(status: number, told: ErrorBody): string {
  switch (told.dialect) {
    case 'problem':
      return told.body.detail;
    case 'unicat':
      return told.body.result.message;
    case 'media-pocket':
      return told.body.error;
    case 'unknown':
      return `the answer has the status ${String(status)}`;
  }
}

function toCode(status: number, told: ErrorBody): string {
  switch (told.dialect) {
    case 'problem':
      return told.body.code;
    case 'unicat':
      return String(told.body.result.code);
    case 'media-pocket':
      return told.body.code ?? String(status);
    case 'unknown':
      return String(status);
  }
}
