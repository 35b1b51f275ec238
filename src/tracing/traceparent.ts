import {
  type Context,
  context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type SpanContext,
  trace,
  TraceFlags,
} from '@opentelemetry/api';

const FORM = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The place in a trace, as W3C writes it; null when nothing is traced. */
export function toTraceparent(spanContext: SpanContext | undefined): string | null {
  if (spanContext === undefined || !isSpanContextValid(spanContext)) return null;
  const flags = (spanContext.traceFlags & TraceFlags.SAMPLED).toString(16).padStart(2, '0');
  return `00-${spanContext.traceId}-${spanContext.spanId}-${flags}`;
}

/** Reads what {@link toTraceparent} writes, also from strangers; null for anything else. */
export function parseTraceparent(text: unknown): SpanContext | null {
  const [, traceId, spanId, flags] = (typeof text === 'string' ? FORM.exec(text) : null) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  const spanContext = { traceId, spanId, traceFlags, isRemote: true };
  return isSpanContextValid(spanContext) ? spanContext : null;
}

/** Where the caller stands in a trace. */
export function currentTraceparent(): string | null {
  return toTraceparent(trace.getActiveSpan()?.spanContext());
}

/** For a line of log: where it is written, if that is traced. */
export function traceFields(): { readonly trace_id?: string; readonly span_id?: string } {
  const { traceId, spanId } = trace.getActiveSpan()?.spanContext() ?? {};
  return traceId === undefined || spanId === undefined ? {} : { trace_id: traceId, span_id: spanId };
}

/** A context in which spans continue that trace, and have no other parent; null for no trace. */
export function contextOf(traceparent: unknown): Context | null {
  const spanContext = parseTraceparent(traceparent);
  return spanContext === null ? null : trace.setSpanContext(ROOT_CONTEXT, spanContext);
}

/** Runs work in the trace at hand, or else in this one, or else in none. */
export function inTrace<T>(traceparent: string | null | undefined, work: () => T): T {
  const own = trace.getActiveSpan() === undefined ? contextOf(traceparent) : null;
  return own === null ? work() : context.with(own, work);
}
