import { benchAssetApi } from './asset-api';
import { benchBulkMove } from './bulk-move';
import { benchDownload } from './download';
import { openHome } from './home';
import { type AssetApiOptions, type BulkMoveOptions, type DownloadOptions, readOptions } from './options';

const tell = (line: string) => void process.stdout.write(`${line}\n`);

async function main(options: BulkMoveOptions | AssetApiOptions | DownloadOptions): Promise<void> {
  if (options.bench !== 'download') return benchStack(options);
  const { allMet } = await benchDownload(options, tell);
  if (options.assert && !allMet) process.exitCode = 1;
}

async function benchStack(options: BulkMoveOptions | AssetApiOptions): Promise<void> {
  tell('starting Postgres, Temporal, a worker and a façade of our own');
  const home = await openHome();
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= home.close());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void close().finally(() => process.exit(130)));
  }
  try {
    const run = options.bench === 'bulk-move' ? benchBulkMove(home, options, tell) : benchAssetApi(home, options, tell);
    const { allMet } = await run;
    if (options.assert && !allMet) process.exitCode = 1;
  } finally {
    await close();
  }
}

try {
  const options = readOptions(process.argv.slice(2));
  main(options).catch((error: unknown) => {
    process.stderr.write(`bench: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  });
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
