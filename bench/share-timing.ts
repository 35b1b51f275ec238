import { Client } from 'undici';
import type { Home } from './home';
import type { ShareTimingOptions } from './options';
import { demandLine, table } from './report';
import { startRecord } from './results';
import { type LinkKind, makeLinks } from './share-links';
import { quantile } from './statistics';
import { atMost } from './summary';
import { type Comparison, compareSamples } from './two-samples';

const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95, 0.99];
const PAGES: readonly LinkKind[] = ['unknown', 'unknown again', 'expired', 'revoked', 'asset gone', 'owner gone'];
const TRIES: readonly LinkKind[] = ['unknown', 'unknown again', 'expired', 'live'];
const WARM_UP = 50;
/** Tries of passwords are held back for long; so many under way take turns. */
const LANES = 4;

type Samples = ReadonlyMap<LinkKind, readonly number[]>;

/**
 * Whether the time of an answer tells what became of a link: pages, and tries of a wrong password, of every kind by
 * turns, in an order that changes with each round. `unknown again` is the same as `unknown`: what chance makes of it.
 */
export async function benchShareTiming(home: Home, options: ShareTimingOptions, tell: (line: string) => void) {
  const { requests, tries } = options;
  const record = startRecord(options, home);
  const links = await makeLinks(home.store.db, tries);
  const clients = Array.from({ length: LANES }, () => new Client(home.origin));
  try {
    const [client] = clients as [Client];
    const page = (kind: LinkKind, at: number) => timed(client, { method: 'GET', path: pathOf(links[kind], at) });
    await measure(PAGES, WARM_UP, page);
    const pages = await measure(PAGES, requests, page);
    const tried = await Promise.all(
      clients.map((own, lane) =>
        measure(TRIES, Math.ceil(tries / LANES), (kind, at) => tryPassword(own, links[kind], at * LANES + lane)),
      ),
    );
    const samples = { pages, tries: merge(tried) };
    const demands = Object.entries(samples).flatMap(([what, found]) => report(what, found, tell));
    tell(['', ...demands.map(demandLine)].join('\n'));
    const single = { pages: Object.fromEntries(pages), tries: Object.fromEntries(samples.tries) };
    tell(`written to ${await record.write({ demands, ...{ samples: single } })}`);
    return { allMet: demands.every(({ met }) => met) };
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}

function report(what: string, samples: Samples, tell: (line: string) => void) {
  const base = samples.get('unknown') ?? [];
  const others = [...samples].filter(([kind]) => kind !== 'unknown');
  const compared = others.map(([kind, values]): [LinkKind, Comparison] => [kind, compareSamples(base, values)]);
  const rows = [...samples].map(([kind, values]) => {
    const comparison = compared.find(([other]) => other === kind)?.[1];
    const found =
      comparison === undefined ? ['', ''] : [comparison.distance, comparison.below].map((n) => n.toFixed(3));
    return [kind, ...QUANTILES.map((part) => quantile(values, part).toFixed(3)), ...found];
  });
  const head = [`${what}, ms`, ...QUANTILES.map((part) => `p${String(part * 100)}`), 'KS to unknown', 'below'];
  tell(['', ...table(head, rows)].join('\n'));
  // What is the same shows what this run can see: it is told, and demands nothing.
  return compared
    .filter(([kind]) => kind !== 'unknown again')
    .map(([kind, { distance, critical }]) => atMost(`${what}: ${kind} from unknown, Kolmogorov–Smirnov`, distance, critical)); // prettier-ignore
}

async function measure(
  kinds: readonly LinkKind[],
  rounds: number,
  one: (kind: LinkKind, at: number) => Promise<number>,
) {
  const samples = new Map(kinds.map((kind) => [kind, [] as number[]]));
  for (let at = 0; at < rounds; at += 1) {
    for (const kind of shuffled(kinds)) samples.get(kind)?.push(await one(kind, at));
  }
  return samples;
}

function merge(parts: readonly Samples[]): Samples {
  return new Map(TRIES.map((kind) => [kind, parts.flatMap((part) => part.get(kind) ?? [])]));
}

function shuffled<T>(values: readonly T[]): readonly T[] {
  const keyed = values.map((value) => ({ value, key: Math.random() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ value }) => value);
}

function pathOf(tokens: readonly string[], at: number): string {
  return `/s/${tokens[at % tokens.length] ?? ''}`;
}

function tryPassword(client: Client, tokens: readonly string[], at: number): Promise<number> {
  return timed(client, {
    method: 'POST',
    path: `${pathOf(tokens, at)}/unlock`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'password=the+wrong+one',
  });
}

async function timed(client: Client, options: Parameters<Client['request']>[0]): Promise<number> {
  const startedAt = performance.now();
  const { body, statusCode } = await client.request(options);
  await body.dump();
  const ms = performance.now() - startedAt;
  if (statusCode !== 404 && statusCode !== 403) throw new Error(`a link was answered ${String(statusCode)}`);
  return ms;
}
