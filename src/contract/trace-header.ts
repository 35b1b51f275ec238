import type { Sinks } from '@temporalio/workflow';

/** The header in which Temporal's SDKs carry a trace along: JSON with W3C's `traceparent`. */
export const TRACE_HEADER = '_tracer-data';

export interface TraceHeader {
  readonly traceparent: string;
}

/** What a workflow tells of its trace. Each becomes a short span: a run of days is no span that stays open for days. */
export interface TraceSinks extends Sinks {
  readonly traces: {
    /** The run has begun; `span` is the span that it says it is from now on. */
    started(parent: string, span: string): void;
    ended(span: string, how: 'completed' | 'continued' | 'cancelled' | 'failed'): void;
    /** It has had a signal, whose sender stands there in a trace of its own; `span` is the run, if it is traced. */
    signalled(sender: string, name: string, span: string | null): void;
  };
}
