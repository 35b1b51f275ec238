import { SEARCH_ATTRIBUTES } from '../../../src/contract/search-attributes';
import { findTemporalCli } from '../../../src/embedded/temporal-cli';
import { startTemporalServer, type TemporalServer } from '../../../src/embedded/temporal-server';
import { choosePort } from '../../support/ports';
import { createInstallation, type Installation } from './installation';
import type { Opened } from './opened';
import { isProductionShape } from './shape';
import { silent } from './silent';

/** One Temporal server that no root starts or ends: it goes away and comes back with its address and its data. */
export interface TemporalApart {
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** An installation whose Temporal server runs already and is in the hands of the test. */
export async function openWithTemporalApart(
  opened: Opened,
): Promise<{ readonly installation: Installation; readonly temporal: TemporalApart }> {
  if (isProductionShape()) {
    const installation = opened.keep(await createInstallation());
    if (installation.temporal === null) throw new Error('the production shape has a Temporal server apart');
    return { installation, temporal: installation.temporal };
  }
  const port = await choosePort();
  const installation = opened.keep(await createInstallation({ TEMPORAL_ADDRESS: `127.0.0.1:${String(port)}` }));
  let server: TemporalServer | null = null;
  const temporal: TemporalApart = {
    async stop() {
      await server?.stop();
    },
    async start() {
      server = await startTemporalServer({
        dataDir: installation.dataDir,
        findCli: () => findTemporalCli({ cliPath: process.env['TEMPORAL_CLI_PATH'], log: silent }),
        port,
        searchAttributes: SEARCH_ATTRIBUTES,
        log: silent,
      });
    },
  };
  await temporal.start();
  return { installation, temporal };
}
