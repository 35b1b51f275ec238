import { Readable } from 'node:stream';
import { decideAnswer, toRetryAfterMs, type FileFacts, type Prefix } from '../domain/download-answer';
import { DownloadFault, type DownloadCode } from '../domain/download-fault';
import { createHashing } from './hashing';
import { createHostTurns } from './host-turns';
import { createInTurn } from './in-turn';
import type { Outbound, OutboundAnswer } from './outbound';
import { createReceiver, type Beginning, type ReceiveLimits, type Received } from './receive';
import { createSlabs } from './slabs';
import { createStaging, sourceOf, type CompleteState, type PartialState, type StagedFile } from './staging';

export interface DownloadLimits extends Omit<ReceiveLimits, 'windowMs'> {
  /** What the least speed is measured over; a minute by default. */
  readonly windowMs?: number;
}

export interface DownloaderOptions {
  readonly outbound: Outbound;
  /** Where staged files lie; made when it is first needed. */
  readonly directory: string;
  readonly limits: DownloadLimits;
  /** Connections to one host at a time; 4 by default. */
  readonly maxPerHost?: number;
}

export interface DownloadProgress {
  readonly receivedBytes: number;
  readonly totalBytes: number | null;
}

export interface DownloadRequest {
  /** Names the staged file: letters, digits, `_` and `-`. The same id with another URL starts over. */
  readonly id: string;
  readonly url: string;
  readonly signal?: AbortSignal;
  /** Told at most ten times a second, and only while bytes come. */
  readonly onProgress?: (progress: DownloadProgress) => void;
}

/** Files from addresses that users give, taken into staged files. */
export interface Downloader {
  /** Starts the threads that hash, which would else start with the first file of some size. */
  start(): void;
  /**
   * Answers the file when it is here whole. What an earlier call left behind for this id, also of a process that was
   * killed, is built on. After a final fault nothing is left; after any other, the next call may go on from there.
   * @throws DownloadFault, the reason of the signal, or an error of our own disk
   */
  download(request: DownloadRequest): Promise<StagedFile>;
  /** The staged file of that id when it is here whole. */
  find(id: string): Promise<StagedFile | null>;
  /** Takes a file that comes from elsewhere, such as the object store. Its `contentType` is null. */
  adopt(id: string, source: AsyncIterable<Uint8Array>): Promise<StagedFile>;
  /** Removes a staged file, whole or not; one that is gone already is no fault. */
  discard(id: string): Promise<void>;
  /** Removes staged files that nobody has touched for so long; answers how many. */
  sweep(olderThanMs: number): Promise<number>;
  /** Ends the threads that hash. */
  close(): Promise<void>;
}

const WINDOW_MS = 60_000;
const MAX_PER_HOST = 4;
const SLAB_BYTES = 1_048_576;
const SLABS_KEPT = 32;
const PROGRESS_MS = 100;
/** Between two of these a signal is heeded, and the thread is free for others. */
const REHASH_BYTES = 16 * 1_048_576;

const ADOPTED: FileFacts = { totalBytes: null, validator: null, contentType: null, lengthVerified: true };

export function createDownloader({
  outbound,
  directory,
  limits,
  maxPerHost = MAX_PER_HOST,
}: DownloaderOptions): Downloader {
  const all: ReceiveLimits = { windowMs: WINDOW_MS, ...limits };
  const staging = createStaging(directory);
  const hashing = createHashing();
  const slabs = createSlabs({ sizeBytes: SLAB_BYTES, keep: SLABS_KEPT });
  const receive = createReceiver({ limits: all, slabs, hashing });
  const admit = createHostTurns(maxPerHost);
  const inTurn = createInTurn();

  async function find(id: string): Promise<StagedFile | null> {
    const state = await staging.read(id);
    return state?.state === 'complete' ? toFile(id, state) : null;
  }

  async function fetch(request: DownloadRequest): Promise<StagedFile> {
    await staging.prepare();
    const state = await staging.read(request.id);
    const source = sourceOf(request.url);
    if (state?.state === 'complete' && (state.source ?? source) === source) return toFile(request.id, state);
    const prefix = state?.state === 'partial' && state.source === source ? toPrefix(state, all.maxBytes) : null;
    if (prefix !== null) return askForRest(request, prefix);
    // What is said of an earlier file must not be taken for this one's.
    if (state !== null) await staging.discard(request.id);
    return ask(request, null);
  }

  /** The sums are made up for before the server is asked: it would not wait for us to read gigabytes. */
  async function askForRest(request: DownloadRequest, prefix: Prefix): Promise<StagedFile> {
    const hasher = hashing.open();
    const tell = reporter(request, prefix.facts.totalBytes);
    try {
      for (let from = 0; from < prefix.sizeBytes; from += REHASH_BYTES) {
        request.signal?.throwIfAborted();
        const to = Math.min(from + REHASH_BYTES, prefix.sizeBytes);
        await hasher.addFile(staging.pathOf(request.id), { from, to });
        tell(to);
      }
      return await ask(request, { ...prefix, hasher });
    } finally {
      hasher.drop();
    }
  }

  async function ask(request: DownloadRequest, prefix: (Prefix & Beginning) | null): Promise<StagedFile> {
    const { url, signal } = request;
    const answer = await outbound.request({ url, headers: headersFor(prefix), admit, ...(signal && { signal }) });
    try {
      const verdict = decideAnswer(answer, prefix, all.maxBytes);
      switch (verdict.kind) {
        case 'whole':
          if (prefix !== null) await staging.discard(request.id);
          return await take(request, answer, verdict.facts, null);
        case 'rest':
          return await take(request, answer, verdict.facts, prefix);
        case 'complete':
          return await take(request, { ...answer, body: Readable.from([]) }, verdict.facts, prefix);
        case 'fault':
          throw faultOf(verdict.code, answer);
        case 'stale':
          await staging.discard(request.id);
      }
    } finally {
      answer.close();
    }
    return ask(request, null);
  }

  async function take(
    request: DownloadRequest,
    answer: OutboundAnswer,
    facts: FileFacts,
    beginning: Beginning | null,
  ): Promise<StagedFile> {
    const { id } = request;
    const source = sourceOf(request.url);
    const received = await receive({
      ...{ path: staging.pathOf(id), facts, beginning, body: answer.body },
      stop: (fault) => answer.close(fault),
      onProgress: reporter(request, facts.totalBytes),
      onKept: async (sizeBytes) => staging.write(id, { state: 'partial', source, sizeBytes, facts }),
    });
    return complete(id, source, facts, received);
  }

  async function complete(
    id: string,
    source: string | null,
    facts: FileFacts,
    received: Received,
  ): Promise<StagedFile> {
    const { contentType, lengthVerified } = facts;
    const state = { state: 'complete', source, contentType, lengthVerified, ...received } as const;
    await staging.write(id, state);
    return toFile(id, state);
  }

  function toFile(
    id: string,
    { state: _state, source: _source, durable: _durable, ...facts }: CompleteState,
  ): StagedFile {
    return { path: staging.pathOf(id), ...facts };
  }

  async function discardUnlessKept(id: string, error: unknown): Promise<void> {
    const isFinal = error instanceof DownloadFault && !error.retryable;
    if (isFinal || (await staging.read(id)) === null) await staging.discard(id);
  }

  return {
    start: () => hashing.start(),
    find,
    download: (request) =>
      inTurn.run(request.id, async () => {
        request.signal?.throwIfAborted();
        try {
          return await fetch(request);
        } catch (error) {
          await discardUnlessKept(request.id, error);
          throw error;
        }
      }),
    adopt: (id, source) =>
      inTurn.run(id, async () => {
        await staging.discard(id);
        await staging.prepare();
        try {
          const path = staging.pathOf(id);
          const received = await receive({ path, facts: ADOPTED, beginning: null, body: source, stop: null });
          return await complete(id, null, ADOPTED, received);
        } catch (error) {
          await staging.discard(id);
          throw error;
        }
      }),
    discard: (id) => inTurn.run(id, () => staging.discard(id)),
    sweep: (olderThanMs) => staging.sweep(olderThanMs, inTurn.names()),
    close: () => hashing.close(),
  };
}

/** Progress as the caller is told it: not with every piece. */
function reporter({ onProgress }: DownloadRequest, totalBytes: number | null): (receivedBytes: number) => void {
  let toldAtMs = 0;
  return (receivedBytes) => {
    const nowMs = performance.now();
    if (onProgress === undefined || nowMs - toldAtMs < PROGRESS_MS) return;
    toldAtMs = nowMs;
    onProgress({ receivedBytes, totalBytes });
  };
}

function toPrefix({ sizeBytes, facts }: PartialState, maxBytes: number): Prefix | null {
  const { validator } = facts;
  return validator === null || sizeBytes === 0 || sizeBytes > maxBytes
    ? null
    : { sizeBytes, facts: { ...facts, validator } };
}

function headersFor(prefix: Prefix | null): Readonly<Record<string, string>> {
  if (prefix === null) return {};
  return { range: `bytes=${String(prefix.sizeBytes)}-`, 'if-range': prefix.facts.validator.value };
}

function faultOf(code: DownloadCode, { status, headers }: OutboundAnswer): DownloadFault {
  const retryAfterMs = toRetryAfterMs(headers['retry-after'], Date.now());
  return new DownloadFault(code, { status, ...(retryAfterMs !== undefined && { retryAfterMs }) });
}
