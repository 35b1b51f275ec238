import {
  ContinueAsNew,
  defaultPayloadConverter,
  isCancellation,
  proxySinks,
  workflowInfo,
  type WorkflowInterceptors,
} from '@temporalio/workflow';
import type { Headers } from '@temporalio/common';
import { TRACE_HEADER, type TraceHeader, type TraceSinks } from '../contract/trace-header';

const { traces } = proxySinks<TraceSinks>();

/**
 * Carries the trace of whoever started the workflow on: to activities, children, signals and the run that continues it.
 * Nothing of it is a command, so runs that are recorded without a trace replay with it, and the other way round.
 */
export const interceptors = (): WorkflowInterceptors => {
  let own: string | null = null;
  const carry = <Input extends { readonly headers: Headers }>(input: Input): Input =>
    own === null ? input : { ...input, headers: { ...input.headers, [TRACE_HEADER]: toPayload(own) } };
  return {
    inbound: [
      {
        async execute(input, next) {
          const parent = readTrace(input.headers);
          if (parent === null) return next(input);
          const span = spanOfRun(parent, workflowInfo().runId);
          own = span;
          traces.started(parent, span);
          try {
            const result = await next(input);
            traces.ended(span, 'completed');
            return result;
          } catch (error) {
            const how = error instanceof ContinueAsNew ? 'continued' : isCancellation(error) ? 'cancelled' : 'failed';
            traces.ended(span, how);
            throw error;
          }
        },
        handleSignal(input, next) {
          const sender = readTrace(input.headers);
          if (sender !== null) traces.signalled(sender, input.signalName, own);
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next(carry(input)),
        scheduleLocalActivity: (input, next) => next(carry(input)),
        startChildWorkflowExecution: (input, next) => next(carry(input)),
        signalWorkflow: (input, next) => next(carry(input)),
        continueAsNew: (input, next) => next(carry(input)),
      },
    ],
  };
};

function toPayload(traceparent: string) {
  return defaultPayloadConverter.toPayload({ traceparent } satisfies TraceHeader);
}

function readTrace(headers: Headers): string | null {
  const payload = headers[TRACE_HEADER];
  if (payload === undefined) return null;
  const { traceparent } = defaultPayloadConverter.fromPayload<Partial<TraceHeader>>(payload);
  return traceparent ?? null;
}

/** The same at each replay, without taking from the run's random numbers: the end of its id. */
function spanOfRun(parent: string, runId: string): string {
  const [version, traceId, , flags] = parent.split('-');
  return [version, traceId, runId.replaceAll('-', '').slice(-16), flags].join('-');
}
