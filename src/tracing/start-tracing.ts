import { context, diag, DiagLogLevel, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Logger } from 'pino';
import { createSpanIds, type SpanIds } from './span-ids';

export interface TracingOptions {
  /** Where the collector listens, without `/v1/traces`. */
  readonly endpoint: string;
  readonly serviceName: string;
  readonly log: Logger;
}

export interface Tracing {
  readonly spanIds: SpanIds;
  /** Sends what is left, for three seconds at most; what is not sent by then is lost. */
  close(): Promise<void>;
}

const SEND_TIMEOUT_MS = 5_000;
const CLOSE_TIMEOUT_MS = 3_000;
/** A collector that is away is told of so often. */
const COMPLAINT_MS = 60_000;

/**
 * Spans of this process go to the collector from now on, in batches beside the work: while it is away they wait in a
 * bounded queue and then are dropped. OpenTelemetry's own variables (`OTEL_TRACES_SAMPLER`, `OTEL_BSP_…`,
 * `OTEL_EXPORTER_OTLP_HEADERS`) are read by its libraries.
 */
export function startTracing({ endpoint, serviceName, log }: TracingOptions): Tracing {
  const spanIds = createSpanIds();
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces`, timeoutMillis: SEND_TIMEOUT_MS }); // prettier-ignore
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName, 'service.namespace': 'longhaul' }),
    idGenerator: spanIds,
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  diag.setLogger(createComplaints(log), DiagLogLevel.WARN);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
  return {
    spanIds,
    async close() {
      trace.disable();
      let timer: NodeJS.Timeout | undefined;
      const deadline = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_TIMEOUT_MS)));
      await Promise.race([provider.shutdown().catch(() => undefined), deadline]);
      clearTimeout(timer);
      context.disable();
      diag.disable();
    },
  };
}

function createComplaints(log: Logger) {
  let nextAt = 0;
  const complain = (message: string) => {
    if (performance.now() < nextAt) return;
    nextAt = performance.now() + COMPLAINT_MS;
    // Only the beginning: errors of the exporter come as JSON with stack and answer.
    log.warn({ reason: message.slice(0, 200) }, 'traces cannot be sent; the work goes on');
  };
  const ignore = () => undefined;
  return { error: complain, warn: complain, info: ignore, debug: ignore, verbose: ignore };
}
