import { Counter, Gauge, type Registry } from 'prom-client';

/** Metrics of one scrape ask within moments of each other: one reading serves them all. */
const SHARED_MS = 500;

interface Definition<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly Label[];
}

/** Sets one series of a metric. */
export type Show<Label extends string> = (labels: Partial<Record<Label, string>>, value: number) => void;

type Register<Reading> = <Label extends string>(
  definition: Definition<Label>,
  show: (reading: Reading, set: Show<Label>) => void,
) => void;

/** Metrics that are read when they are asked for. */
export interface ScrapedMetrics<Reading> {
  readonly gauge: Register<Reading>;
  /** Of what only grows, wherever it is counted. */
  readonly counter: Register<Reading>;
  /** The reading of this moment; null when it fails. */
  readonly read: () => Promise<Reading | null>;
}

/**
 * Metrics over one reading, for example of the store. While it fails they tell no number, and the other metrics of the
 * registry are still served.
 */
export function createScrapedMetrics<Reading>(
  registry: Registry,
  readNow: () => Promise<Reading>,
): ScrapedMetrics<Reading> {
  let shared: { readonly until: number; readonly reading: Promise<Reading | null> } | undefined;
  const read = () => {
    if (shared === undefined || performance.now() >= shared.until) {
      shared = { until: performance.now() + SHARED_MS, reading: readNow().catch(() => null) };
    }
    return shared.reading;
  };
  const configured = <Label extends string>({ name, help, labelNames = [] }: Definition<Label>) => ({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
  });
  return {
    read,
    gauge(definition, show) {
      new Gauge({
        ...configured(definition),
        async collect() {
          const reading = await read();
          this.reset();
          // A gauge without labels is born with a 0, which nobody has read.
          if (reading === null) this.remove({});
          else show(reading, (labels, value) => this.set(labels, value));
        },
      });
    },
    counter(definition, show) {
      new Counter({
        ...configured(definition),
        async collect() {
          const reading = await read();
          this.reset();
          if (reading === null) this.remove({});
          else show(reading, (labels, value) => this.inc(labels, value));
        },
      });
    },
  };
}
