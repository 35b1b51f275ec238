import { SpanKind, type SpanContext } from '@opentelemetry/api';
import type { InjectedSinks } from '@temporalio/worker';
import type { WorkflowInfo } from '@temporalio/workflow';
import type { TraceSinks } from '../contract/trace-header';
import type { SpanIds } from './span-ids';
import { contextOf, parseTraceparent } from './traceparent';
import { markFailed, startSpan } from './tracer';

/** What workflows tell of their traces becomes spans; without ids to give them it is taken and dropped. */
export function createTraceSinks(spanIds: SpanIds | null): InjectedSinks<TraceSinks> {
  const toSpan =
    <Args extends unknown[]>(tell: (ids: SpanIds, info: WorkflowInfo, ...args: Args) => void) =>
    (info: WorkflowInfo, ...args: Args) => {
      if (spanIds !== null) tell(spanIds, info, ...args);
    };
  return {
    traces: {
      started: {
        callDuringReplay: false,
        fn: toSpan((ids, info, parent: string, span: string) => {
          const id = parseTraceparent(span)?.spanId ?? '';
          // From the start of the run to the first look of a worker at it.
          const order = { name: `RunWorkflow:${info.workflowType}`, kind: SpanKind.SERVER, attributes: toAttributes(info), startTime: info.runStartTime }; // prettier-ignore
          ids.withSpanId(id, () => startSpan(order, contextOf(parent))).end();
        }),
      },
      ended: {
        callDuringReplay: false,
        fn: toSpan((_ids, info, span: string, how: string) => {
          const attributes = { ...toAttributes(info), 'longhaul.ended': how };
          const made = startSpan({ name: `CompleteWorkflow:${info.workflowType}`, kind: SpanKind.INTERNAL, attributes }, contextOf(span)); // prettier-ignore
          if (how === 'failed') markFailed(made, null);
          made.end();
        }),
      },
      signalled: {
        callDuringReplay: false,
        fn: toSpan((_ids, info, sender: string, name: string, span: string | null) => {
          const links = [parseTraceparent(span)].filter((run): run is SpanContext => run !== null).map((run) => ({ context: run })); // prettier-ignore
          startSpan({ name: `HandleSignal:${name}`, kind: SpanKind.INTERNAL, attributes: toAttributes(info), links }, contextOf(sender)).end(); // prettier-ignore
        }),
      },
    },
  };
}

function toAttributes({ workflowId, runId }: WorkflowInfo) {
  return { 'temporal.workflow_id': workflowId, 'temporal.run_id': runId };
}
