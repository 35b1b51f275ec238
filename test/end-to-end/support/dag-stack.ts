import { sql } from 'kysely';
import { addApiKey } from '../../../src/store/credentials';
import { type DagRunDetails, readDagRunOfJob } from '../../../src/store/dag-run-reading';
import { createAssets, createUser, type TestThing } from '../../support/fixtures';
import { createApi } from './api';
import { createInstallation } from './installation';
import { createLibrary } from './library';
import type { Opened } from './opened';
import { startRecordingServer } from './recording-server';
import { runTemporalCli } from './temporal-cli';
import { until } from './until';

const ENDS = ['succeeded', 'failed', 'cancelled'];

export type DagStack = Awaited<ReturnType<typeof openDagStack>>;

/** A Longhaul with a library, an administrator who runs actions in it, and a server that their nodes may ask. */
export async function openDagStack(opened: Opened) {
  const server = opened.keep(await startRecordingServer());
  const installation = opened.keep(await createInstallation({ OUTBOUND_ALLOW: '127.0.0.1' }));
  await installation.start('server');
  const worker = await installation.start('worker');
  const store = await installation.openStore();
  const library = await createLibrary(store.db);
  const admin = await createUser(store.db, { admin: true });
  const adminKey = await addApiKey(store.db, admin.id);
  const api = opened.keep(createApi(installation.url, adminKey));

  const read = (token: string) => readDagRunOfJob(store.db, token);

  async function put(name: string, body: string, contentType: string): Promise<number> {
    const answer = await fetch(`${installation.url}/api/dag_actions/${encodeURIComponent(name)}`, {
      method: 'PUT',
      headers: { 'x-api-key': adminKey, 'content-type': contentType },
      body,
    });
    if (answer.status >= 400) throw new Error(`${String(answer.status)}: ${await answer.text()}`);
    return answer.status;
  }

  async function tokenOf(runId: number): Promise<string> {
    const { rows } = await sql<{ token: string }>`select j.uuid as token from dag_action_runs r
      join jobs j on j.id = r.job_id where r.id = ${runId}`.execute(store.db);
    return rows[0]?.token ?? '';
  }

  return {
    ...{ server, installation, worker, store, library, admin, api, put, tokenOf, read },

    /** Applies a definition; answers the status, 201 for a new action. */
    apply: (definition: Readonly<Record<string, unknown>> & { readonly name: string }) =>
      put(definition.name, JSON.stringify(definition), 'application/json'),

    async createAsset(): Promise<TestThing> {
      const [asset] = await createAssets(store.db, { projectId: library.project.id, ownerId: library.user.id }, 1);
      if (asset === undefined) throw new Error('no asset was made');
      return asset;
    },

    /** Starts an action over HTTP; answers the token of its job. */
    async start(asset: TestThing, action: string, inputs: object = {}): Promise<string> {
      const path = `/api/v2/assets/${asset.key}/dag_actions/${encodeURIComponent(action)}`;
      const answer = await api.post<{ dag_action_run: { id: number } }>(path, { inputs });
      if (answer.status !== 200) throw new Error(`${String(answer.status)}: ${JSON.stringify(answer.body)}`);
      return tokenOf(answer.body.dag_action_run.id);
    },

    /** The run when it has ended. */
    ended(token: string, deadlineMs?: number): Promise<DagRunDetails> {
      const look = async () => {
        const run = await read(token);
        return run !== null && ENDS.includes(run.status) ? run : null;
      };
      return until(`run ${token} has ended`, look, deadlineMs);
    },

    /** The run when these nodes are in these states. */
    whenStates(token: string, states: Readonly<Record<string, string>>): Promise<DagRunDetails> {
      return until(`run ${token} stands at ${JSON.stringify(states)}`, async () => {
        const run = await read(token);
        const now = run === null ? {} : statesOf(run);
        return run !== null && Object.entries(states).every(([id, state]) => now[id] === state) && run;
      });
    },

    async tagsOf(asset: TestThing): Promise<readonly string[]> {
      const row = await store.db.selectFrom('assets').select('tags').where('id', '=', asset.id).executeTakeFirst();
      return row?.tags ?? [];
    },

    async countHistory(asset: TestThing, kind: string): Promise<number> {
      const history = store.db.selectFrom('history').select('id').where('asset_id', '=', asset.id);
      return (await history.where('kind', '=', kind).execute()).length;
    },

    /** Of the longest one of the executions that continued one another. */
    async countEvents(token: string): Promise<number> {
      const list = ['workflow', 'list', '--query', `WorkflowId="${token}"`, '--output', 'json'];
      const { code, stdout, stderr } = await runTemporalCli(installation, list);
      if (code !== 0) throw new Error(stderr);
      const runs = JSON.parse(stdout) as { readonly historyLength?: string }[];
      return Math.max(...runs.map(({ historyLength = '0' }) => Number(historyLength)));
    },
  };
}

export function statesOf(run: DagRunDetails): Readonly<Record<string, string>> {
  return Object.fromEntries(run.nodes.map(({ id, state }) => [id, state]));
}
