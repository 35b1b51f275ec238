import type { FieldFault } from './refusal';

/** What went wrong with a request, before a dialect words it. */
export interface ErrorReport {
  readonly status: number;
  /** Stable, snake_case. */
  readonly code: string;
  readonly message: string;
  readonly fields: readonly FieldFault[];
  readonly requestId: string;
  /** The code is to be told in every dialect. */
  readonly tellsCode?: boolean;
}

/** How one of the APIs that we speak words its errors. */
export interface Dialect {
  readonly name: string;
  /** Content type of its error bodies. */
  readonly contentType: string;
  /** Accepts `Authorization: <JWT or API key>` without a scheme. */
  readonly bareAuthorization: boolean;
  /** Headers of every error, also where no hook of the routes runs. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The answer to a refused or failed request; its body is JSON, or a text to be sent as it is. */
  toAnswer(report: ErrorReport): { readonly status: number; readonly body: object | string };
  /** The response schemas of error statuses, for a route's `schema.response`. */
  errors(...statuses: number[]): Record<number, unknown>;
}

/** The body of an error as it goes out. */
export function toBodyText(body: object | string): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}
