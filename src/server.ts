import { loadConfig } from './config';
import { startFacade } from './facade';
import { announceFirstAdministrator } from './first-administrator';
import { openPlatform } from './platform';
import { createLog, runRoot } from './root';

runRoot(async () => {
  const config = loadConfig(process.env);
  const log = createLog(config.logLevel, 'server');
  const platform = await openPlatform(config, log, 'server');
  const facade = await startFacade(platform).catch(async (error: unknown) => {
    await platform.close();
    throw error;
  });
  await announceFirstAdministrator(platform, process.stdout);
  log.info({ url: facade.url }, 'the façade listens');
  const close = async () => {
    await facade.close();
    await platform.close();
  };
  return { log, running: { close } };
});
