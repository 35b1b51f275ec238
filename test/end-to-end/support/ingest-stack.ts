import { request } from 'undici';
import type { Store } from '../../../src/store/database';
import { createAssets, type TestThing } from '../../support/fixtures';
import { createApi, type Api, type JobAnswer } from './api';
import { createInstallation, type Installation } from './installation';
import { createLibrary, type Library } from './library';
import type { ObjectPlace, SeenObjects } from './object-place';
import { createOpened } from './opened';
import type { RootProcess } from './root-process';
import { until } from './until';

export interface MediaAnswer {
  readonly id: number;
  readonly filename: string;
  readonly content_type: string;
  readonly size: number;
  readonly md5_sum: string;
  readonly sha256_sum: string;
  readonly width: number;
  readonly height: number;
  readonly preview_urls: Readonly<Record<'small' | 'medium' | 'large', string | null>>;
}

/** Façade, worker, Postgres and Temporal, with a library whose owner has files fetched. */
export interface IngestStack {
  readonly installation: Installation;
  readonly objects: SeenObjects;
  readonly facade: RootProcess;
  readonly store: Store;
  readonly library: Library;
  readonly api: Api;
  /** The one that runs now. */
  worker(): RootProcess;
  killWorker(): Promise<void>;
  startWorker(): Promise<void>;
  makeAsset(): Promise<TestThing>;
  /** Has a file fetched for the asset and answers the job token; throws unless it is accepted. */
  ingest(asset: TestThing, url: string, filename: string): Promise<string>;
  untilEnded(token: string, withinMs?: number): Promise<JobAnswer>;
  mediaOf(asset: TestThing): Promise<readonly MediaAnswer[]>;
  close(): Promise<void>;
}

export async function startIngestStack(
  place: ObjectPlace,
  env: Readonly<Record<string, string>>,
): Promise<IngestStack> {
  const opened = createOpened();
  try {
    const installation = opened.keep(await createInstallation({ ...place.env, ...env }));
    const facade = await installation.start('server');
    let worker = await installation.start('worker');
    const store = await installation.openStore();
    const library = await createLibrary(store.db);
    const api = opened.keep(createApi(installation.url, library.apiKey));
    return {
      ...{ installation, facade, store, library, api },
      objects: place.of(installation),
      worker: () => worker,
      async killWorker() {
        await worker.end('SIGKILL');
      },
      async startWorker() {
        worker = await installation.start('worker');
      },
      async makeAsset() {
        const [asset] = await createAssets(store.db, { projectId: library.project.id, ownerId: library.user.id }, 1);
        if (asset === undefined) throw new Error('no asset was made');
        return asset;
      },
      async ingest(asset, url, filename) {
        const answer = await request(`${installation.url}/api/v2/assets/${asset.key}/media`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-api-key': library.apiKey },
          body: JSON.stringify({ file_url: url, filename }),
        });
        const body = await answer.body.text();
        if (answer.statusCode !== 200 || body !== '{"ok":"ok"}')
          throw new Error(`media: ${String(answer.statusCode)} ${body}`);
        return String(answer.headers['job-token']);
      },
      untilEnded: (token, withinMs) =>
        until(
          'the job has ended',
          async () => {
            const job = await api.job(token);
            return ['done', 'failed', 'cancelled'].includes(job.state) && job;
          },
          withinMs,
        ),
      async mediaOf(asset) {
        const { body } = await api.get<{ media: readonly MediaAnswer[] }>(`/api/v2/assets/${asset.key}/media`);
        return body.media;
      },
      close: () => opened.closeAll(),
    };
  } catch (error) {
    await opened.closeAll();
    throw error;
  }
}
