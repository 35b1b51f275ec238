/** One bad field of a request: `field` as a path (`selection[2].children`, `limit`), `message` for people. */
export interface FieldFault {
  readonly field: string;
  readonly message: string;
  /** Where it stands in a body that is a text for people, from 1. */
  readonly line?: number;
  readonly column?: number;
}

export interface RefusalOptions {
  readonly fields?: readonly FieldFault[];
  /** Headers of the answer, e.g. `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The caller is told the code too, in a dialect whose errors are words alone otherwise. */
  readonly tellsCode?: boolean;
  readonly cause?: unknown;
}

/**
 * A clear no to the caller: thrown by a handler or hook, and worded as the route's dialect words errors. `code` is
 * stable and in snake_case; `message` may be shown to the caller, so it holds nothing of our machine room.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly fields: readonly FieldFault[];
  readonly headers: Readonly<Record<string, string>>;
  readonly tellsCode: boolean;

  constructor(
    readonly statusCode: number,
    readonly code: string,
    message: string,
    options: RefusalOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.fields = options.fields ?? [];
    this.headers = options.headers ?? {};
    this.tellsCode = options.tellsCode ?? false;
  }
}

/** 400: the request is malformed, or a value in it cannot be. */
export function badRequest(code: string, message: string, fields: readonly FieldFault[] = []): Refusal {
  return new Refusal(400, code, message, { fields });
}

/** 400 naming one bad field, with the code `invalid_request`. */
export function badField(field: string, message: string): Refusal {
  return badRequest('invalid_request', `${field} ${message}`, [{ field, message }]);
}

/** 400; in Unicat's dialect its code 1006: the selection or cursor is empty, malformed or cannot be resolved. */
export function selectionRefused(message: string, fields: readonly FieldFault[] = []): Refusal {
  return new Refusal(400, SELECTION_INVALID, message, { fields });
}

/** The code of {@link selectionRefused}. */
export const SELECTION_INVALID = 'selection_invalid';

/** 403: the caller may know of the thing, but not do this with it. */
export function forbidden(message: string, code = 'forbidden'): Refusal {
  return new Refusal(403, code, message);
}

/** 404: the thing does not exist, or the caller may not know that it does; both read the same. */
export function notFound(message: string, code = 'not_found'): Refusal {
  return new Refusal(404, code, message);
}

/** 409: it makes no sense in the thing's present state. */
export function conflict(code: string, message: string): Refusal {
  return new Refusal(409, code, message);
}

/** 410: it was there, and is not kept any more. */
export function gone(code: string, message: string): Refusal {
  return new Refusal(410, code, message);
}

/** 422: understood, and refused for what it says. */
export function unprocessable(code: string, message: string, fields: readonly FieldFault[] = []): Refusal {
  return new Refusal(422, code, message, { fields });
}

/** 503: something that we need is away; `retryAfterSeconds` says when to come back. */
export function unavailable(code: string, message: string, retryAfterSeconds: number, cause?: unknown): Refusal {
  return new Refusal(503, code, message, { headers: { 'retry-after': String(retryAfterSeconds) }, cause });
}
