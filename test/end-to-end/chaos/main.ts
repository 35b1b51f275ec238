import { writeFileSync } from 'node:fs';
import { SHAPE_VARIABLE } from '../support/shape';
import { startChaosStack } from './chaos-stack';
import { readOptions, type ChaosOptions } from './options';
import { toText } from './report';
import { runChaos } from './run';

const INTERRUPTED = 130;

async function main(options: ChaosOptions, signal: AbortSignal): Promise<number> {
  const tell = (line: string) => void process.stdout.write(`${line}\n`);
  tell(`seed ${String(options.seed)}`);
  tell('starting Postgres, Temporal, a worker and a façade of our own');
  process.env[SHAPE_VARIABLE] = options.shape;
  const stack = await startChaosStack(options.assets);
  try {
    const report = await runChaos(stack, options, tell, signal);
    tell(`\n${toText(report)}`);
    if (options.jsonFile !== null) writeFileSync(options.jsonFile, `${JSON.stringify(report, null, 2)}\n`);
    return report.findings.length === 0 ? 0 : 1;
  } finally {
    await stack.close();
  }
}

/** A second Ctrl-C changes nothing: what was started must be ended. */
function signalOfUser(): AbortSignal {
  const end = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      end.abort();
    });
  }
  return end.signal;
}

try {
  const options = readOptions(process.argv.slice(2));
  const signal = signalOfUser();
  main(options, signal).then(
    (code) => process.exit(code),
    (error: unknown) => {
      if (!signal.aborted)
        process.stderr.write(`chaos: ${error instanceof Error ? String(error.stack) : String(error)}\n`);
      process.exit(signal.aborted ? INTERRUPTED : 1);
    },
  );
} catch (error) {
  process.stderr.write(`chaos: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
