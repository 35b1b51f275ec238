import type { Store } from '../../../src/store/database';
import { createApi, type Api } from './api';
import { createInstallation, type Installation } from './installation';
import { createLibrary, type Library } from './library';
import type { createOpened } from './opened';

/** An installation whose one process is façade and worker, with a library and a way in. */
export interface AllInOneInstallation {
  readonly installation: Installation;
  readonly store: Store;
  readonly library: Library;
  readonly api: Api;
}

/** Starts one as `npm start` does; `opened` ends it. */
export async function startAllInOneInstallation(
  opened: ReturnType<typeof createOpened>,
  env: Readonly<Record<string, string>> = {},
): Promise<AllInOneInstallation> {
  const installation = opened.keep(await createInstallation(env));
  await installation.start('start');
  const store = await installation.openStore();
  const library = await createLibrary(store.db);
  return { installation, store, library, api: opened.keep(createApi(installation.url, library.apiKey)) };
}
