import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { request } from 'undici';
import { parseAllowList } from '../src/outbound/allow-list';
import { createDownloader, type Downloader } from '../src/outbound/download';
import { createOutbound } from '../src/outbound/outbound';
import { createOutboundPolicy } from '../src/outbound/policy';
import type { DownloadOptions } from './options';
import { demandLine, table } from './report';
import { RESULTS, type RunRecord, startRecord } from './results';
import { median } from './statistics';
import { atLeast, atMost } from './summary';

const MIB = 1_048_576;
const LEAST_OF_LOOP = 0.9;
const MOST_RSS_MIB = 64;
const SMALL_BYTES = 50 * 1_024;
const AT_ONCE = 16;
const SAMPLE_MS = 20;

interface Round {
  readonly loopMs: number;
  readonly oursMs: number;
}

/**
 * Takes one large file and many small ones over the loopback into staged files. Beside it, in the same rounds, plain
 * loops of undici in one thread: for the large file one that only hashes and keeps nothing, for the small ones one that
 * hashes and writes, over connections that it keeps.
 */
export async function benchDownload(options: DownloadOptions, tell: (line: string) => void) {
  const record = startRecord(options, null);
  const { server, origin } = await startServer();
  mkdirSync(RESULTS, { recursive: true });
  // Beside the results, which lie on a disk: the directory for temporary files may be memory.
  const directory = await mkdtemp(join(RESULTS, 'staged-'));
  const downloader = createDownloader({
    outbound: createOutbound({
      policy: createOutboundPolicy({ ports: [], allow: parseAllowList([new URL(origin).host]) }),
      timeouts: { connectMs: 10_000, headersMs: 30_000, idleMs: 30_000 },
    }),
    directory,
    limits: { maxBytes: Number.MAX_SAFE_INTEGER, leastBytesPerSecond: 1_024 },
    maxPerHost: AT_ONCE,
  });
  try {
    const large = `${origin}/${String(options.megabytes * MIB)}`;
    const small = `${origin}/${String(SMALL_BYTES)}`;
    const growth: number[] = [];
    const rounds: { large: Round[]; small: Round[] } = { large: [], small: [] };
    for (let round = 0; round <= options.rounds; round += 1) {
      const one = { loopMs: await time(() => hashOnly(large)), oursMs: 0 };
      growth.push(await rssGrowth(async () => void (one.oursMs = await time(() => stage(downloader, 'large', large)))));
      await downloader.discard('large');
      const ids = Array.from({ length: options.files }, (_, at) => `small-${String(at)}`);
      const loopMs = await time(() => inLanes(ids, async (id) => hashAndWrite(small, join(directory, `loop-${id}`))));
      const many = { loopMs, oursMs: await time(() => inLanes(ids, (id) => stage(downloader, id, small))) };
      await inLanes(ids, async (id) => {
        await downloader.discard(id);
        await rm(join(directory, `loop-${id}`));
      });
      tell(
        `${round === 0 ? 'warm-up' : `round ${String(round)}`}  ${line(one, options.megabytes, 'MiB/s')}   ${line(many, options.files, 'files/s')}`,
      );
      if (round === 0) continue;
      rounds.large.push(one);
      rounds.small.push(many);
    }
    return await report(options, rounds, growth.slice(1), record, tell);
  } finally {
    await downloader.close();
    await rm(directory, { recursive: true });
    server.kill('SIGTERM');
    await once(server, 'exit');
  }
}

async function report(
  options: DownloadOptions,
  rounds: { readonly large: readonly Round[]; readonly small: readonly Round[] },
  growthMiB: readonly number[],
  record: RunRecord,
  tell: (line: string) => void,
): Promise<{ readonly allMet: boolean }> {
  const large = summarise(rounds.large);
  const small = summarise(rounds.small);
  const demands = [
    atLeast('a large file, of a loop that only hashes', large.ratio, LEAST_OF_LOOP, large.ratios),
    atMost('growth of memory, MiB', Math.max(...growthMiB), MOST_RSS_MIB, growthMiB),
  ];
  tell(
    table(
      ['', 'ours', 'loop', 'ours/loop'],
      [
        row(`1 file of ${String(options.megabytes)} MiB, MiB/s`, large, options.megabytes),
        row(`${String(options.files)} files of 50 KiB, files/s`, small, options.files),
      ],
    ).join('\n'),
  );
  tell(['', ...demands.map(demandLine)].join('\n'));
  tell(`written to ${await record.write({ demands, ...{ large, small, growthMiB, rounds } })}`);
  return { allMet: demands.every(({ met }) => met) };
}

function summarise(rounds: readonly Round[]) {
  // Of each round, for what else the machine does falls on both sides of it.
  const ratios = rounds.map(({ loopMs, oursMs }) => loopMs / oursMs);
  return {
    loopMs: median(rounds.map(({ loopMs }) => loopMs)),
    oursMs: median(rounds.map(({ oursMs }) => oursMs)),
    ratio: median(ratios),
    ratios,
  };
}

function row(title: string, { loopMs, oursMs, ratio }: ReturnType<typeof summarise>, count: number): readonly string[] {
  return [title, ...[oursMs, loopMs].map((ms) => (count / (ms / 1_000)).toFixed(0)), ratio.toFixed(2)];
}

function line({ loopMs, oursMs }: Round, count: number, unit: string): string {
  const rate = (ms: number) => (count / (ms / 1_000)).toFixed(0);
  return `ours ${rate(oursMs)}, loop ${rate(loopMs)} ${unit}`;
}

async function hashOnly(url: string): Promise<void> {
  const sums = [createHash('md5'), createHash('sha256')];
  const { body } = await request(url);
  for await (const chunk of body) for (const sum of sums) sum.update(chunk as Uint8Array);
  for (const sum of sums) sum.digest('hex');
}

async function hashAndWrite(url: string, path: string): Promise<void> {
  const { body } = await request(url);
  const bytes = Buffer.from(await body.arrayBuffer());
  for (const name of ['md5', 'sha256']) createHash(name).update(bytes).digest('hex');
  await writeFile(path, bytes);
}

async function stage(downloader: Downloader, id: string, url: string): Promise<void> {
  await downloader.download({ id, url });
}

/** Some at a time, each lane taking the next as soon as it is free. */
async function inLanes(ids: readonly string[], work: (id: string) => Promise<void>): Promise<void> {
  const queue = [...ids];
  const lane = async () => {
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) await work(id);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

async function time(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** By how much the memory of this process grew at most meanwhile, in MiB. */
async function rssGrowth(work: () => Promise<void>): Promise<number> {
  const before = process.memoryUsage.rss();
  let most = before;
  const sample = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), SAMPLE_MS);
  await work();
  clearInterval(sample);
  return (most - before) / MIB;
}

async function startServer() {
  const args = ['--import', 'tsx', join(__dirname, 'download-server.ts')];
  const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(createInterface(server.stdout), 'line')) as [string];
  return { server, origin: `http://127.0.0.1:${port}` };
}
