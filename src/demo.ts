import { startAllInOne } from './all-in-one';
import { loadConfig } from './config';
import { runDemo } from './demo-run';
import { createLog, runRoot } from './root';
import { installRuntime } from './temporal-worker';

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
    const running = await startAllInOne(config, log, 'demo');
    try {
      await runDemo(running.platform, running.facade.url, process.stdout);
    } catch (error) {
      await running.close();
      throw error;
    }
    const ended = process.argv.includes('--once') ? Promise.resolve() : running.ended;
    return { log, running: { ended, close: () => running.close() } };
  });
}
