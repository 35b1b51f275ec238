import { resolve } from 'node:path';
import { type Logger } from 'pino';
import { MediaFault, type MediaFaultCode } from '../domain/media-fault';
import { type MediaLimits } from './limits';
import { type MediaPool } from './media-pool';
import { type MediaReply, type MediaResults, type MediaTask } from './media-task';
import { type ExaminedMedia, type MediaTools } from './media-port';

type Step = Exclude<MediaTask['kind'], 'examine'>;
type EndFaults = Readonly<Record<'timeout' | 'memory' | 'crash', MediaFaultCode>>;

const END_FAULTS: Readonly<Record<Step, EndFaults>> = {
  identify: { timeout: 'identify_timeout', memory: 'identify_failed', crash: 'identify_failed' },
  probe: { timeout: 'probe_timeout', memory: 'probe_out_of_memory', crash: 'probe_failed' },
  previews: { timeout: 'preview_timeout', memory: 'preview_out_of_memory', crash: 'preview_failed' },
};
/** A process that ended of itself may have been killed by anyone, so the file gets a second one. */
const ATTEMPTS = 2;
const NEVER = new AbortController().signal;

interface MediaStepsOptions {
  readonly pool: MediaPool;
  readonly log: Pick<Logger, 'warn'>;
  readonly limits: Pick<MediaLimits, 'identifyMs' | 'probeMs' | 'previewsMs'>;
}

/** The steps on the processes of a pool: how often each is tried, and what the end of a process says of a file. */
export function createMediaSteps({ pool, log, limits }: MediaStepsOptions): MediaTools {
  const timeouts = { identify: limits.identifyMs, probe: limits.probeMs, previews: limits.previewsMs };

  async function step<Kind extends Step>(
    kind: Kind,
    task: MediaTask,
    signal: AbortSignal,
  ): Promise<MediaResults[Kind]> {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await pool.run(task, timeouts[kind], signal);
      if (outcome.kind === 'reply') return unfold(outcome.reply as MediaReply<Kind>);
      const { by, detail } = outcome;
      if (by === 'abort') throw abortOf(signal);
      log.warn({ task: kind, by, attempt, detail }, 'a process for media ended before its file was done');
      if (by !== 'crash' || attempt === ATTEMPTS)
        throw new MediaFault(END_FAULTS[kind][by], { cause: new Error(detail) });
    }
  }

  // Their own directory is another one than ours.
  const tools: MediaTools = {
    identify: (path, signal = NEVER) => step('identify', { kind: 'identify', path: resolve(path) }, signal),
    probe: (path, contentType, signal = NEVER) =>
      step('probe', { kind: 'probe', path: resolve(path), contentType }, signal),
    previews: (path, contentType, directory, signal = NEVER) =>
      step('previews', { kind: 'previews', path: resolve(path), contentType, directory: resolve(directory) }, signal),
    examine: async (path, directory, signal = NEVER) =>
      (await inOneGo(
        pool,
        timeouts,
        { kind: 'examine', path: resolve(path), directory: resolve(directory) },
        signal,
      )) ?? (await oneByOne(tools, path, directory, signal)),
    close: () => pool.close(),
  };
  return tools;
}

/** Null when the process ended: which step was at fault shows when they are done one by one. */
async function inOneGo(
  pool: MediaPool,
  timeouts: Readonly<Record<Step, number>>,
  task: MediaTask,
  signal: AbortSignal,
): Promise<ExaminedMedia | null> {
  const outcome = await pool.run(task, Math.max(timeouts.probe, timeouts.previews), signal);
  if (outcome.kind === 'ended') {
    if (outcome.by === 'abort') throw abortOf(signal);
    return null;
  }
  const { identified, probed, previews } = unfold(outcome.reply as MediaReply<'examine'>);
  return { identified, probed: orFault(probed), previews: orFault(previews) };
}

async function oneByOne(
  tools: MediaTools,
  path: string,
  directory: string,
  signal: AbortSignal,
): Promise<ExaminedMedia> {
  const identified = await tools.identify(path, signal);
  const { contentType } = identified;
  const probed = await settled(tools.probe(path, contentType, signal));
  const previews = await settled(tools.previews(path, contentType, directory, signal));
  return { identified, probed, previews };
}

async function settled<T>(work: Promise<T>): Promise<T | MediaFault> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof MediaFault) return error;
    throw error;
  }
}

function unfold<Kind extends MediaTask['kind']>(reply: MediaReply<Kind>): MediaResults[Kind] {
  if (reply.ok) return reply.result;
  const cause = new Error(reply.detail);
  throw reply.fault === null
    ? new Error(`the media tools failed: ${reply.detail}`)
    : new MediaFault(reply.fault, { cause });
}

/** As {@link unfold}, but a fault of the file is a part of the answer. */
function orFault<Kind extends Step>(reply: MediaReply<Kind>): MediaResults[Kind] | MediaFault {
  if (reply.ok || reply.fault === null) return unfold(reply);
  return new MediaFault(reply.fault, { cause: new Error(reply.detail) });
}

function abortOf(signal: AbortSignal): unknown {
  return signal.aborted ? signal.reason : new Error('the media tools are closed');
}
