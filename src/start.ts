import { activityFields } from './activities/log-fields';
import { startAllInOne } from './all-in-one';
import { loadConfig } from './config';
import { createLog, runRoot } from './root';
import { installRuntime, toMetricsAddress } from './temporal-worker';

runRoot(async () => {
  const config = loadConfig(process.env);
  const log = createLog(config.logLevel, 'longhaul', 'stdout', activityFields);
  installRuntime(log, toMetricsAddress(config.host, config.sdkMetricsPort));
  const running = await startAllInOne(config, log, 'start');
  const { url } = running.facade;
  log.info({ url, reference: `${url}/docs`, temporalUi: running.platform.temporalUiUrl }, 'Longhaul runs');
  return { log, running };
});
