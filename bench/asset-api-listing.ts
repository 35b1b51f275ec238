import { Client } from 'undici';
import type { AssetLibrary } from './asset-api-library';
import type { Home } from './home';
import { median } from './statistics';
import { VerificationError } from './verify-move';

/** How long the pages of a project took, in milliseconds, from the first to the last, over several walks through it. */
export interface ListingTimings {
  readonly limit: number;
  /** The least of all walks: what a page costs. What else it took was the machine's: other work, collected garbage. */
  readonly least: readonly number[];
  readonly medians: readonly number[];
  /** Every walk as it was. */
  readonly walks: readonly (readonly number[])[];
}

const WARM_UP = 20;

/**
 * Lists the project from the first page to the last, as often as asked for. The last page is not timed: it is short.
 * @throws VerificationError when a walk does not see each asset once
 */
export async function measureListing(
  home: Home,
  library: AssetLibrary,
  { walks, limit }: { readonly walks: number; readonly limit: number },
): Promise<ListingTimings> {
  const client = new Client(home.origin);
  try {
    for (let n = 0; n < WARM_UP; n += 1) await readPage(client, library, limit, 0);
    const timings: number[][] = [];
    while (timings.length < walks) timings.push(await walk(client, library, limit));
    const ofAll = (pick: (values: readonly number[]) => number) =>
      (timings[0] ?? []).map((_, at) => pick(timings.map((walked) => walked[at] ?? NaN)));
    return { limit, least: ofAll((values) => Math.min(...values)), medians: ofAll(median), walks: timings };
  } finally {
    await client.close();
  }
}

async function walk(client: Client, library: AssetLibrary, limit: number): Promise<number[]> {
  const timings: number[] = [];
  const seen = new Set<string>();
  for (let cursor: number | null = 0; cursor !== null;) {
    const { ms, page } = await readPage(client, library, limit, cursor);
    for (const asset of page.assets) seen.add(asset.id);
    cursor = page.next_cursor;
    if (cursor !== null) timings.push(ms);
  }
  if (seen.size !== library.listed) {
    throw new VerificationError(`of ${String(library.listed)} assets ${String(seen.size)} were listed`);
  }
  return timings;
}

interface Page {
  readonly assets: readonly { readonly id: string }[];
  readonly next_cursor: number | null;
}

/** The time until the whole answer was there; reading it is the client's affair. */
async function readPage(client: Client, library: AssetLibrary, limit: number, cursor: number) {
  const path = `/api/v2/assets?project_id=${library.projectKey}&limit=${String(limit)}&cursor=${String(cursor)}`;
  const startedAt = performance.now();
  const answer = await client.request({ method: 'GET', path, headers: { 'x-api-key': library.apiKey } });
  const text = await answer.body.text();
  const ms = performance.now() - startedAt;
  if (answer.statusCode !== 200) throw new Error(`GET ${path} answered ${String(answer.statusCode)}: ${text}`);
  return { ms, page: JSON.parse(text) as Page };
}
