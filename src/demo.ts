import { loadConfig } from './config';
import { runDemo } from './demo-run';
import { startFacade } from './facade';
import { announceFirstAdministrator } from './first-administrator';
import { openPlatform } from './platform';
import { createLog, runRoot } from './root';
import { installRuntime } from './temporal-worker';
import { startWorker } from './worker-process';

const HELP = `npm run demo [-- --once]

Boots Longhaul on this machine, makes a sample project and moves 10,000 assets with live progress. Stays up, so that
you can look around, until Ctrl-C; with --once it ends after the move.
`;

if (process.argv.includes('--help')) {
  process.stdout.write(HELP);
} else {
  runRoot(async () => {
    // People watch the demo: the log speaks up only when something is wrong.
    const config = loadConfig({ LOG_LEVEL: 'warn', ...process.env });
    const log = createLog(config.logLevel, 'demo', 'stderr');
    installRuntime(log);
    process.stdout.write('Starting Postgres, Temporal, the worker and the façade …\n');
    const platform = await openPlatform(config, log, 'demo');
    const opened: { close(): Promise<void> }[] = [platform];
    const close = async () => {
      for (const part of opened.reverse()) await part.close();
    };
    try {
      const worker = await startWorker(platform);
      opened.push(worker);
      const facade = await startFacade(platform);
      opened.push(facade);
      await announceFirstAdministrator(platform, process.stdout);
      await runDemo(platform, facade.url, process.stdout);
      const ended = process.argv.includes('--once') ? Promise.resolve() : worker.ended;
      return { log, running: { ended, close } };
    } catch (error) {
      await close();
      throw error;
    }
  });
}
