import { findTemporalPrograms } from './temporal-programs';

/** Builds what the production shape runs and the machine does not have yet; says where it is. */
findTemporalPrograms((line) => void process.stdout.write(`${line}\n`)).then(
  ({ server }) => void process.stdout.write(`${server}\n`),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
