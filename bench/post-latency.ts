import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { Client } from 'undici';
import { loadConfig } from '../src/config';
import { findFreePort } from '../src/embedded/ports';
import { startChildRoot } from './child-root';
import type { Home } from './home';
import { openJobStream } from './job-stream';
import { settle, type Library } from './library';
import { postMove } from './post-move';

/** Milliseconds of each POST, on both sides. */
export interface PostLatency {
  readonly ours: readonly number[];
  readonly bare: readonly number[];
}

/** `quiet`: nothing else runs while a POST is answered; `rush`: one POST after the other, while their jobs run. */
export interface PostLatencies {
  readonly quiet: PostLatency;
  readonly rush: PostLatency;
}

const BLOCK = 25;
const WARM_UP = 50;
const SELECTED = 3;
/** After a job is done its workflow still ends: longer than that takes. */
const REST_MS = 100;

/** Times POSTs of a small selection, whose assets are where they are to go, against the bare handler, block by block. */
export async function measurePosts(home: Home, library: Library, posts: number): Promise<PostLatencies> {
  await sql`create table bench_rows (id bigint generated always as identity primary key, body jsonb not null,
    created_at timestamptz not null default now())`.execute(home.store.db);
  const port = await findFreePort();
  const bareServer = await startChildRoot({
    script: 'bench/bare-server.ts',
    env: {
      PORT: String(port),
      DATABASE_URL: home.databaseUrl,
      DATABASE_POOL_SIZE: String(loadConfig({}).databasePoolSize),
    },
    logFile: join(home.dataDir, 'bare-server.log'),
    readyWhen: 'listening',
  });
  const stream = await openJobStream(home.origin, library);
  const ours = new Client(home.origin);
  const bare = new Client(`http://127.0.0.1:${String(port)}`);
  try {
    const body = await lightMove(home, library);
    const isDone = (token: string) => stream.first(token, ({ info }) => info.outcome !== null);
    const postOurs = () => timed(() => postMove(ours, library, body));
    const postBare = async () => (await timed(() => postRow(bare, body))).ms;

    const quietly = (count: number): Promise<PostLatency> =>
      inBlocks(count, {
        ours: async () => {
          const { ms, answer } = await postOurs();
          await isDone(answer);
          await sleep(REST_MS);
          return ms;
        },
        // A process that has just been idle answers slower: the bare one gets its rest as well.
        bare: () => sleep(REST_MS).then(postBare),
      });
    const inRush = (count: number): Promise<PostLatency> => {
      const tokens: string[] = [];
      return inBlocks(count, {
        ours: async () => {
          const { ms, answer } = await postOurs();
          tokens.push(answer);
          return ms;
        },
        // The jobs of a block are over before the turn of the bare handler, which has none.
        afterOurs: async () => {
          await Promise.all(tokens.splice(0).map(isDone));
        },
        bare: postBare,
      });
    };
    await settle(home.store.db);
    await quietly(WARM_UP);
    return { quiet: await quietly(posts), rush: await inRush(posts) };
  } finally {
    await Promise.all([ours.close(), bare.close(), stream.close()]);
    await bareServer.stop();
  }
}

interface Sides {
  readonly ours: () => Promise<number>;
  readonly afterOurs?: () => Promise<void>;
  readonly bare: () => Promise<number>;
}

async function inBlocks(count: number, sides: Sides): Promise<PostLatency> {
  const latency = { ours: [] as number[], bare: [] as number[] };
  while (latency.ours.length < count) {
    for (let n = 0; n < BLOCK; n += 1) latency.ours.push(await sides.ours());
    await sides.afterOurs?.();
    for (let n = 0; n < BLOCK; n += 1) latency.bare.push(await sides.bare());
  }
  return latency;
}

/** Three assets, to where they are. */
async function lightMove({ store }: Home, { projectId, folders }: Library) {
  const assets = await store.db
    .selectFrom('assets')
    .select(['uuid', 'parent_id'])
    .where('project_id', '=', projectId)
    .where('parent_id', 'in', [folders[0].id, folders[1].id])
    .limit(SELECTED)
    .execute();
  const parent = folders.find(({ id }) => id === assets[0]?.parent_id);
  if (parent === undefined) throw new Error('the assets to move are in neither folder');
  return { parent: parent.uuid, selection: assets.map(({ uuid }) => uuid) };
}

async function postRow(client: Client, body: unknown): Promise<string> {
  const answer = await client.request({
    method: 'POST',
    path: '/rows',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`the bare handler answered ${String(answer.statusCode)}: ${text}`);
  return text;
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly ms: number; readonly answer: T }> {
  const startedAt = performance.now();
  const answer = await work();
  return { ms: performance.now() - startedAt, answer };
}
