import { loadConfig } from './config';
import { startFacade } from './facade';
import { announceFirstAdministrator } from './first-administrator';
import { openPlatform } from './platform';
import { createLog, runRoot } from './root';
import { installRuntime } from './temporal-worker';
import { startWorker } from './worker-process';

runRoot(async () => {
  const config = loadConfig(process.env);
  const log = createLog(config.logLevel, 'longhaul');
  installRuntime(log);
  const platform = await openPlatform(config, log, 'start');
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
    log.info({ url: facade.url, reference: `${facade.url}/docs`, temporalUi: platform.temporalUiUrl }, 'Longhaul runs');
    return { log, running: { ended: worker.ended, close } };
  } catch (error) {
    await close();
    throw error;
  }
});
