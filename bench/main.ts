import { runAll } from './all';
import { benchAssetApi } from './asset-api';
import { benchBulkMove } from './bulk-move';
import { readCommand, UsageError } from './command';
import { benchDagAction } from './dag-action';
import { benchDownload } from './download';
import { type Home, openHome } from './home';
import { benchIngest } from './ingest';
import { benchShareExpiry } from './share-expiry';
import { benchShareTiming } from './share-timing';
import { benchShareZip } from './share-zip';
import { benchReviewRequest } from './review-request';
import type { AnyOptions, StackOptions } from './options';
import { writeResultsPage } from './results-page';
import { benchSyncFanout } from './sync-fanout';
import { benchTwoWorkers } from './two-workers';
import { benchUnitCosts } from './unit-costs';

const tell = (line: string) => void process.stdout.write(`${line}\n`);

async function main(args: readonly string[]): Promise<void> {
  const command = readCommand(args);
  switch (command.kind) {
    case 'one':
      return benchOne(command.options);
    case 'report':
      tell(`written to ${await writeResultsPage()}`);
      return;
    case 'all': {
      const { failed } = await runAll({ runs: command.runs, tell });
      tell(`written to ${await writeResultsPage()}`);
      if (failed.length > 0) process.exitCode = 1;
    }
  }
}

async function benchOne(options: AnyOptions): Promise<void> {
  if (options.bench !== 'download') return benchStack(options);
  const { allMet } = await benchDownload(options, tell);
  if (options.assert && !allMet) process.exitCode = 1;
}

async function benchStack(options: StackOptions): Promise<void> {
  tell('starting Postgres, Temporal, a worker and a façade of our own');
  const home = await openHome(options.bench === 'ingest' ? { OUTBOUND_ALLOW: '127.0.0.1' } : {});
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= home.close());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void close().finally(() => process.exit(130)));
  }
  try {
    const { allMet } = await run(home, options);
    if (options.assert && !allMet) process.exitCode = 1;
  } finally {
    await close();
  }
}

function run(home: Home, options: StackOptions): Promise<{ readonly allMet: boolean }> {
  switch (options.bench) {
    case 'bulk-move':
      return benchBulkMove(home, options, tell);
    case 'asset-api':
      return benchAssetApi(home, options, tell);
    case 'share-timing':
      return benchShareTiming(home, options, tell);
    case 'share-zip':
      return benchShareZip(home, options, tell);
    case 'review-request':
      return benchReviewRequest(home, options, tell);
    case 'dag-action':
      return benchDagAction(home, options, tell);
    case 'ingest':
      return benchIngest(home, options, tell);
    case 'share-expiry':
      return benchShareExpiry(home, options, tell);
    case 'sync-fanout':
      return benchSyncFanout(home, options, tell);
    case 'unit-costs':
      return benchUnitCosts(home, options, tell);
    case 'two-workers':
      return benchTwoWorkers(home, options, tell);
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const isOfCaller = error instanceof UsageError;
  process.stderr.write(
    `bench: ${error instanceof Error ? ((isOfCaller ? null : error.stack) ?? error.message) : String(error)}\n`,
  );
  process.exitCode = isOfCaller ? 2 : 1;
});
