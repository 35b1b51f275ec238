import {
  type Attributes,
  type Context,
  context,
  type Link,
  type Span,
  type SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';

export interface SpanOrder {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes?: Attributes;
  readonly links?: Link[];
  readonly startTime?: Date;
}

/** Starts a span; null parent means the one at hand. Nothing happens where nothing is traced. */
export function startSpan({ name, ...options }: SpanOrder, parent: Context | null = null): Span {
  return trace.getTracer('longhaul').startSpan(name, options, parent ?? context.active());
}

/** Runs work in a span of its own, which ends with it. */
export async function inSpan<T>(
  order: SpanOrder,
  parent: Context | null,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const within = parent ?? context.active();
  const span = startSpan(order, within);
  try {
    return await context.with(trace.setSpan(within, span), () => work(span));
  } catch (error) {
    markFailed(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** Says what kind of fault it was. Its words may hold addresses and values, and belong to the logs. */
export function markFailed(span: Span, error: unknown): void {
  const { code, name } = (error instanceof Error ? error : {}) as { readonly code?: unknown; readonly name?: string };
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute('error.type', typeof code === 'string' ? code : (name ?? 'unknown'));
}
