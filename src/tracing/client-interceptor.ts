import { SpanKind, trace } from '@opentelemetry/api';
import type { WorkflowClientInterceptor } from '@temporalio/client';
import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import { TRACE_HEADER, type TraceHeader } from '../contract/trace-header';
import { inSpan } from './tracer';
import { currentTraceparent } from './traceparent';

/**
 * Workflows that are started, and signals that are sent, from within a trace carry it on. Those that are woken or
 * started at once serve everybody for ever (the timers, the mail): they belong to nobody's trace, so it ends at them.
 */
export const traceClient: WorkflowClientInterceptor = {
  startWithDetails: (input, next) =>
    told(`StartWorkflow:${input.workflowType}`, input.options.workflowId, () => next(carry(input))),
  signal: (input, next) =>
    told(`SignalWorkflow:${input.signalName}`, input.workflowExecution.workflowId, () => next(carry(input))),
  cancel: (input, next) => told('CancelWorkflow', input.workflowExecution.workflowId, () => next(input)),
  signalWithStart: (input, next) =>
    told(`SignalWithStartWorkflow:${input.workflowType}`, input.options.workflowId, () => next(input)),
};

function told<T>(name: string, workflowId: string | undefined, work: () => Promise<T>): Promise<T> {
  if (trace.getActiveSpan() === undefined) return work();
  return inSpan({ name, kind: SpanKind.CLIENT, attributes: { 'temporal.workflow_id': workflowId } }, null, work);
}

function carry<Input extends { readonly headers: Headers }>(input: Input): Input {
  const traceparent = currentTraceparent();
  if (traceparent === null) return input;
  const payload = defaultPayloadConverter.toPayload({ traceparent } satisfies TraceHeader);
  return { ...input, headers: { ...input.headers, [TRACE_HEADER]: payload } };
}
