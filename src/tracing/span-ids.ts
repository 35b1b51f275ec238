import { type IdGenerator, RandomIdGenerator } from '@opentelemetry/sdk-trace-base';

/** Random ids, but for a span whose id others knew before it was made. */
export interface SpanIds extends IdGenerator {
  /** Spans that are started by `work`, before it gives way, have this id. */
  withSpanId<T>(id: string, work: () => T): T;
}

export function createSpanIds(): SpanIds {
  const random = new RandomIdGenerator();
  let next: string | null = null;
  return {
    generateTraceId: () => random.generateTraceId(),
    generateSpanId: () => next ?? random.generateSpanId(),
    withSpanId(id, work) {
      next = id;
      try {
        return work();
      } finally {
        next = null;
      }
    },
  };
}
