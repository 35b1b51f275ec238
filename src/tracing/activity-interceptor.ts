import { SpanKind } from '@opentelemetry/api';
import { defaultPayloadConverter } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { TRACE_HEADER, type TraceHeader } from '../contract/trace-header';
import { contextOf } from './traceparent';
import { inSpan } from './tracer';

/** Each attempt at an activity of a traced workflow is a span, and what it does is told below it. */
export const traceActivities: ActivityInterceptorsFactory = ({ info }) => ({
  inbound: {
    execute(input, next) {
      const payload = input.headers[TRACE_HEADER];
      const header = payload === undefined ? null : defaultPayloadConverter.fromPayload<Partial<TraceHeader>>(payload);
      const parent = contextOf(header?.traceparent);
      if (parent === null) return next(input);
      const attributes = {
        'temporal.workflow_id': info.workflowExecution?.workflowId,
        'temporal.run_id': info.workflowExecution?.runId,
        'temporal.activity_id': info.activityId,
        'temporal.attempt': info.attempt,
      };
      return inSpan({ name: `RunActivity:${info.activityType}`, kind: SpanKind.SERVER, attributes }, parent, () =>
        next(input),
      );
    },
  },
});
