import type { Store } from '../../../src/store/database';
import { createApi, type Api } from '../support/api';
import { createInstallation, type Installation } from '../support/installation';
import { createLibrary, type Library } from '../support/library';
import { createOpened } from '../support/opened';
import { type Affairs, layOutAffairs, startOutside } from './affairs';
import { DEFINITION } from './affairs-action';
import { createRoots, type Roots, slotsOf } from './roots';
import { layOut, type Places } from './places';

/** A stack of its own, with a library to be moved about in. */
export interface ChaosStack {
  readonly installation: Installation;
  readonly roots: Roots;
  readonly store: Store;
  readonly library: Library;
  readonly places: Places;
  /** All that is not a move, with a caller of its own. */
  readonly affairs: Affairs;
  readonly affairsApi: Api;
  readonly api: Api;
  /** Ends every process of it and removes the data. */
  close(): Promise<void>;
}

/** Starts façade and worker, and fills the library; what was started is ended again when one of them cannot. */
export async function startChaosStack(assets: number): Promise<ChaosStack> {
  const opened = createOpened();
  try {
    const outside = await startOutside(opened);
    const installation = opened.keep(
      await createInstallation({ OUTBOUND_ALLOW: '127.0.0.1', INGEST_MAX_ATTEMPTS: '2' }),
    );
    const roots = opened.keep(createRoots(installation));
    for (const slot of slotsOf(installation)) roots.start(slot);
    await roots.ready();
    const store = await installation.openStore();
    const library = await createLibrary(store.db);
    const places = await layOut(store.db, library, assets);
    const api = opened.keep(createApi(installation.url, library.apiKey));
    const affairs = await layOutAffairs(store.db, outside);
    const affairsApi = opened.keep(createApi(installation.url, affairs.apiKey));
    await applyAction(affairsApi);
    return { installation, roots, store, library, places, affairs, affairsApi, api, close: () => opened.closeAll() };
  } catch (error) {
    await opened.closeAll();
    throw error;
  }
}

async function applyAction(api: Api): Promise<void> {
  const { status, body } = await api.put(`/api/dag_actions/${encodeURIComponent(DEFINITION.name)}`, DEFINITION);
  if (status !== 201) throw new Error(`the action is answered with ${String(status)} ${JSON.stringify(body)}`);
}
