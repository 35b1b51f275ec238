import type { ListingTimings } from './asset-api-listing';
import { READS, type Read, type ReadTimings } from './asset-api-reads';
import { median, quantile } from './statistics';
import { atMost, type Demand } from './summary';

export interface ReadSummary {
  readonly read: Read;
  readonly ours: { readonly p50: number; readonly p95: number };
  readonly bare: { readonly p50: number; readonly p95: number };
  /** The median over the rounds of what each round's p50s came to. */
  readonly ratio: number;
  readonly ratios: readonly number[];
}

/** Milliseconds of the pages of a listing. */
export interface PageSummary {
  readonly first: number;
  readonly median: number;
  readonly p99: number;
  readonly slowest: number;
  /** The slowest page to the first. */
  readonly ratio: number;
  /** The median of the last tenth of the pages to that of the first tenth. */
  readonly drift: number;
}

export interface AssetApiSummary {
  readonly reads: readonly ReadSummary[];
  readonly listing: {
    readonly limit: number;
    readonly pages: number;
    readonly walks: number;
    readonly least: PageSummary;
    readonly medians: PageSummary;
  };
  readonly demands: readonly Demand[];
}

const MOST_OF_BARE = 1.5;
const MOST_OF_FIRST_PAGE = 1.5;

export function summariseAssetApi(timings: ReadTimings, listing: ListingTimings): AssetApiSummary {
  const reads = READS.map((read) => summariseRead(read, timings));
  const { limit, least, medians, walks } = listing;
  const pages = summarisePages(least);
  return {
    reads,
    listing: { limit, pages: least.length, walks: walks.length, least: pages, medians: summarisePages(medians) },
    demands: [
      ...reads.map(({ read, ratio, ratios }) =>
        atMost(`GET ${read} p50, of the bare handler`, ratio, MOST_OF_BARE, ratios),
      ),
      atMost('slowest page of the listing, of the first', pages.ratio, MOST_OF_FIRST_PAGE),
    ],
  };
}

function summariseRead(read: Read, timings: ReadTimings): ReadSummary {
  const rounds = timings[read];
  const of = (values: readonly number[]) => ({ p50: quantile(values, 0.5), p95: quantile(values, 0.95) });
  const ratios = rounds.map(({ ours, bare }) => median(ours) / median(bare));
  return {
    read,
    ours: of(rounds.flatMap(({ ours }) => ours)),
    bare: of(rounds.flatMap(({ bare }) => bare)),
    ratio: median(ratios),
    ratios,
  };
}

function summarisePages(pages: readonly number[]): PageSummary {
  const [first = NaN] = pages;
  const slowest = pages.reduce((most, ms) => Math.max(most, ms), 0);
  const tenth = Math.ceil(pages.length / 10);
  return {
    first,
    median: median(pages),
    p99: quantile(pages, 0.99),
    slowest,
    ratio: slowest / first,
    drift: median(pages.slice(-tenth)) / median(pages.slice(0, tenth)),
  };
}
