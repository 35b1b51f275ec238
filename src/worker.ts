import { activityFields } from './activities/log-fields';
import { loadConfig } from './config';
import { openPlatform } from './platform';
import { createLog, runRoot } from './root';
import { installRuntime, toMetricsAddress } from './temporal-worker';
import { startWorker } from './worker-process';

runRoot(async () => {
  const config = loadConfig(process.env);
  const log = createLog(config.logLevel, 'worker', 'stdout', activityFields);
  installRuntime(log, toMetricsAddress(config.host, config.metricsPort));
  const platform = await openPlatform(config, log, 'worker');
  const worker = await startWorker(platform).catch(async (error: unknown) => {
    await platform.close();
    throw error;
  });
  log.info({ roles: config.worker.roles }, 'the worker runs');
  const close = async () => {
    await worker.close().finally(() => platform.close());
  };
  return { log, running: { ended: worker.ended, close } };
});
