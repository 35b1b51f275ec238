import { fillAssetLibrary } from './asset-api-library';
import { measureListing } from './asset-api-listing';
import { measureReads } from './asset-api-reads';
import { type AssetApiSummary, type PageSummary, summariseAssetApi } from './asset-api-summary';
import type { Home } from './home';
import type { AssetApiOptions } from './options';
import { demandLine, table } from './report';
import { startRecord } from './results';

/**
 * Runs the whole comparison on the given home and answers whether every demand is met.
 * @throws VerificationError when a listing did not see each asset once
 */
export async function benchAssetApi(
  home: Home,
  options: AssetApiOptions,
  tell: (line: string) => void,
): Promise<{ readonly allMet: boolean }> {
  const record = startRecord(options, home);
  tell(`filling a library: ${options.rows.toLocaleString('en')} assets in one project, a tenth in each of two others`);
  const library = await fillAssetLibrary(home.store.db, options.rows);
  tell(`${String(options.requests)} GETs a side, ${String(options.rounds)} rounds`);
  const reads = await measureReads(home, library, options);
  tell(`listing the project ${String(options.walks)} times`);
  const listing = await measureListing(home, library, options);
  const summary = summariseAssetApi(reads, listing);
  tell('');
  tell(toText(summary));
  tell(`written to ${await record.write({ ...summary, ...{ walks: listing.walks } })}`);
  return { allMet: summary.demands.every(({ met }) => met) };
}

function toText({ reads, listing, demands }: AssetApiSummary): string {
  const fixed = (...values: readonly number[]) => values.map((value) => value.toFixed(2));
  const lines = [
    ...table(
      ['GET, ms', 'ours p50', 'ours p95', 'bare p50', 'bare p95', 'ratio of p50'],
      reads.map(({ read, ours, bare, ratio }) => [read, ...fixed(ours.p50, ours.p95, bare.p50, bare.p95, ratio)]),
    ),
    '',
    'ours: over HTTP with an API key of a member of the project. bare: fastify and pg in a process of its own, one query',
    'for the same rows; no credentials, rights, checks or log. One request at a time; ratio: median of the rounds.',
    '',
    ...table(
      [
        `pages of ${String(listing.limit)}, ms`,
        'first',
        'median',
        'p99',
        'slowest',
        'slowest/first',
        'last/first tenth',
      ],
      [toPageRow('least of the walks', listing.least), toPageRow('their median', listing.medians)],
    ),
    '',
    `${String(listing.pages)} pages, ${String(listing.walks)} walks from the first to the last. The least is what a page costs, and is what`,
    'is demanded; what a page took beyond it was the machine: other work, collected garbage.',
    '',
    ...demands.map(demandLine),
  ];
  return `${lines.join('\n')}\n`;
}

function toPageRow(name: string, { first, median, p99, slowest, ratio, drift }: PageSummary): string[] {
  return [name, ...[first, median, p99, slowest, ratio, drift].map((value) => value.toFixed(2))];
}
