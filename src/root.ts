import { pino, type Logger } from 'pino';
import pretty from 'pino-pretty';
import type { Config } from './config';
import { traceFields } from './tracing/traceparent';

/** Something that runs until it is closed, or until it ends by itself. */
export interface Running {
  readonly ended?: Promise<void>;
  close(): Promise<void>;
}

const EXIT_DEADLINE_MS = 60_000;
/** Ctrl-C under npm arrives twice, from the terminal and handed on by npm: a second wish comes later than that. */
const SAME_SIGNAL_MS = 1_000;

const STDOUT = 1;
const STDERR = 2;

/**
 * JSON lines on standard output (or error); lines for people where a person looks on. Each line has the trace in which it
 * is written, if any, and what `fieldsOfWork` says of the work at hand.
 */
export function createLog(
  level: Config['logLevel'],
  name: string,
  to: 'stdout' | 'stderr' = 'stdout',
  fieldsOfWork: () => object = () => ({}),
): Logger {
  const fd = to === 'stdout' ? STDOUT : STDERR;
  const isTerminal = to === 'stdout' ? process.stdout.isTTY : process.stderr.isTTY;
  const destination = isTerminal
    ? pretty({ destination: fd, sync: true, ignore: 'pid,hostname' })
    : pino.destination({ fd, sync: true });
  return pino({ level, name, mixin: () => ({ ...fieldsOfWork(), ...traceFields() }) }, destination);
}

/**
 * Runs the body of a root: starts, then waits for SIGINT or SIGTERM (or for the thing to end), then closes in order.
 * What cannot start says why in one line and exits 1; a second signal exits at once.
 */
export function runRoot(start: () => Promise<{ readonly log: Logger; readonly running: Running }>): void {
  const signalled = new Promise<NodeJS.Signals>((resolve) => {
    let firstAt: number | undefined;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        firstAt ??= Date.now();
        if (Date.now() - firstAt > SAME_SIGNAL_MS) process.exit(130);
        resolve(signal);
      });
    }
  });
  void start()
    .then(async ({ log, running }) => {
      const ended = (running.ended ?? new Promise<void>(() => undefined)).then(() => 'end' as const);
      const reason = await Promise.race([signalled, ended]).catch((error: unknown) => {
        process.exitCode = 1;
        log.fatal({ err: error }, 'ended by a fault');
        return 'fault' as const;
      });
      log.info({ reason }, 'closing');
      // A close that hangs must not keep a redeploy waiting for ever.
      setTimeout(() => process.exit(1), EXIT_DEADLINE_MS).unref();
      await running.close();
      log.info('closed');
    })
    .catch((error: unknown) => {
      process.stderr.write(`longhaul: ${describe(error)}\n`);
      process.exitCode = 1;
    })
    .finally(() => {
      process.exit();
    });
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return `${error.message}${cause}`;
}
