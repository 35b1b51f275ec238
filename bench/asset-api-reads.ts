import { join } from 'node:path';
import { Client } from 'undici';
import { loadConfig } from '../src/config';
import { findFreePort } from '../src/embedded/ports';
import type { AssetLibrary } from './asset-api-library';
import { startChildRoot } from './child-root';
import type { Home } from './home';

export const READS = ['asset', 'comments', 'history'] as const;
export type Read = (typeof READS)[number];

/** Milliseconds of each GET, on both sides, round by round. */
export type ReadTimings = Readonly<Record<Read, readonly { readonly ours: number[]; readonly bare: number[] }[]>>;

const BLOCK = 50;
const WARM_UP = 500;

/**
 * Times GETs against the bare handler: the same client, one kept-alive connection to each, one request after the other,
 * in blocks that take turns.
 */
export async function measureReads(
  home: Home,
  library: AssetLibrary,
  { rounds, requests }: { readonly rounds: number; readonly requests: number },
): Promise<ReadTimings> {
  const port = await findFreePort();
  const bareServer = await startChildRoot({
    script: 'bench/asset-bare-server.ts',
    env: {
      PORT: String(port),
      DATABASE_URL: home.databaseUrl,
      DATABASE_POOL_SIZE: String(loadConfig({}).databasePoolSize),
    },
    logFile: join(home.dataDir, 'asset-bare-server.log'),
    readyWhen: 'listening',
  });
  const ours = new Client(home.origin);
  const bare = new Client(`http://127.0.0.1:${String(port)}`);
  const paths: Record<Read, string> = {
    asset: `/api/v2/assets/${library.assetKey}`,
    comments: `/api/v2/assets/${library.assetKey}/comments`,
    history: `/api/v2/assets/${library.assetKey}/history/0`,
  };
  const headers = { 'x-api-key': library.apiKey };
  const sides = (read: Read) => ({
    ours: () => get(ours, paths[read], headers),
    bare: () => get(bare, `/${read}/${library.assetUuid}`, {}),
  });
  try {
    for (const read of READS) await inBlocks(WARM_UP, sides(read));
    const timings: Record<Read, { ours: number[]; bare: number[] }[]> = { asset: [], comments: [], history: [] };
    for (let round = 0; round < rounds; round += 1) {
      for (const read of READS) timings[read].push(await inBlocks(requests, sides(read)));
    }
    return timings;
  } finally {
    await Promise.all([ours.close(), bare.close()]);
    await bareServer.stop();
  }
}

async function inBlocks(count: number, sides: { ours: () => Promise<number>; bare: () => Promise<number> }) {
  const timing = { ours: [] as number[], bare: [] as number[] };
  while (timing.ours.length < count) {
    for (let n = 0; n < BLOCK; n += 1) timing.ours.push(await sides.ours());
    for (let n = 0; n < BLOCK; n += 1) timing.bare.push(await sides.bare());
  }
  return timing;
}

/** Answers how many milliseconds it took until the whole answer was there. */
async function get(client: Client, path: string, headers: Record<string, string>): Promise<number> {
  const startedAt = performance.now();
  const answer = await client.request({ method: 'GET', path, headers });
  const text = await answer.body.text();
  const ms = performance.now() - startedAt;
  if (answer.statusCode !== 200) throw new Error(`GET ${path} answered ${String(answer.statusCode)}: ${text}`);
  return ms;
}
