import { estimatePace, type PaceSample } from '../../src/domain/job-pace';

/** How a machine does in a job: what its tests vary. */
export interface PaceProfile {
  readonly items: number;
  /** Items per second at that share of the items, or at that time. */
  readonly rate: (share: number, atMs: number) => number;
  /** Spread of the time that a chunk takes: 0.1 is a tenth up or down, mostly. */
  readonly noise: number;
  /** How much longer the first chunk of a lane takes. */
  readonly coldStart: number;
}

/** What a reader was told who asks every 100 ms (of a job of minutes: 400 times) after the first tenth of the time. */
export interface PaceScore {
  readonly endMs: number;
  /** Share of the polls whose range holds the true end; a poll without a range is a miss. */
  readonly covered: number;
  /** The same, of the polls after that moment. */
  coveredAfter(ms: number): number;
  /** When half of the items were done. */
  readonly halfwayMs: number;
  /** Half of the width of the range after that share of the time, as a share of the whole time. */
  halfWidthAt(share: number): number;
}

const CHUNK = 1_000;
const LANES = 4;
const TELL_EVERY_MS = 500;
const SLICE_MS = 5_000;

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function createChance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Told {
  readonly atMs: number;
  readonly done: number;
}

/** Runs a job as the worker does: chunks in lanes, slices of five seconds, told of after the first chunk and twice a second. */
function run(profile: PaceProfile, chance: () => number): { told: Told[]; endMs: number } {
  const normal = () => Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());
  const between = (least: number, most: number) => least + (most - least) * chance();
  const told: Told[] = [{ atMs: 0, done: 0 }];
  let begun = 0;
  let done = 0;
  let atMs = 0;
  while (done < profile.items) {
    const sliceMs = atMs + between(20, 90);
    let tellMs = 0;
    const lanes = Array.from({ length: LANES }, () => ({ freeMs: sliceMs, chunk: 0 }));
    for (;;) {
      for (const lane of lanes) {
        if (lane.chunk > 0 || begun >= profile.items || lane.freeMs - sliceMs > SLICE_MS) continue;
        lane.chunk = Math.min(CHUNK, profile.items - begun);
        const slow = begun < LANES * CHUNK ? profile.coldStart : 1;
        const perItemMs = (1000 * LANES) / profile.rate(begun / profile.items, lane.freeMs);
        lane.freeMs += lane.chunk * perItemMs * slow * Math.exp(profile.noise * normal());
        begun += lane.chunk;
      }
      const next = lanes.filter((lane) => lane.chunk > 0).sort((a, b) => a.freeMs - b.freeMs)[0];
      if (next === undefined) break;
      for (; tellMs > 0 && tellMs < next.freeMs; tellMs += TELL_EVERY_MS) told.push({ atMs: tellMs, done });
      done += next.chunk;
      next.chunk = 0;
      atMs = next.freeMs;
      if (tellMs > 0) continue;
      told.push({ atMs, done });
      tellMs = atMs + TELL_EVERY_MS;
    }
  }
  return { told, endMs: atMs + between(50, 200) };
}

/** What the row keeps of the samples; see the store, which thins them likewise. */
function keep(samples: PaceSample[]): PaceSample[] {
  if (samples.length <= 60) return samples;
  const nowMs = samples.at(-1)?.[0] ?? 0;
  const at = (index: number) => samples[index]?.[0] ?? 0;
  const cost = (index: number) => (at(index + 1) - at(index - 1)) / Math.max(1, nowMs - at(index));
  const spare = samples.map((_, index) => index).slice(1, -24).sort((a, b) => cost(a) - cost(b)).slice(0, 2); // prettier-ignore
  return samples.filter((_, index) => !spare.includes(index));
}

/** Runs a job and asks about it. */
export function simulate(profile: PaceProfile, seed: number): PaceScore {
  const { told, endMs } = run(profile, createChance(seed));
  const polls: { atMs: number; covered: boolean; halfWidth: number }[] = [];
  let samples: PaceSample[] = [];
  let next = 0;
  for (let nowMs = 0; nowMs < endMs; nowMs += Math.max(100, endMs / 400)) {
    for (let news = told[next]; news !== undefined && news.atMs <= nowMs; news = told[next]) {
      samples = keep([...samples, [Math.round(news.atMs), news.done]]);
      next += 1;
    }
    if (nowMs < endMs / 10) continue;
    const { eta } = estimatePace(samples, profile.items - (told[next - 1]?.done ?? 0), nowMs);
    const covered = eta !== null && eta.earliestMs <= endMs && endMs <= eta.latestMs;
    polls.push({ atMs: nowMs, covered, halfWidth: eta === null ? 0 : (eta.latestMs - eta.earliestMs) / 2 / endMs });
  }
  const coveredAfter = (ms: number) => {
    const asked = polls.filter((poll) => poll.atMs >= ms);
    return asked.filter((poll) => poll.covered).length / asked.length;
  };
  return {
    endMs,
    covered: coveredAfter(0),
    coveredAfter,
    halfwayMs: told.find(({ done }) => done >= profile.items / 2)?.atMs ?? 0,
    halfWidthAt: (share) => polls.find((poll) => poll.atMs >= share * endMs)?.halfWidth ?? 0,
  };
}
