/** Asks one part (Postgres, Temporal) whether it answers; rejects when it does not. */
export type ReadinessCheck = () => Promise<unknown>;

export interface PartReadiness {
  readonly ok: boolean;
  readonly took_ms: number;
  /** Why not; null when it is ok. */
  readonly error: string | null;
}

export interface Readiness {
  readonly ready: boolean;
  readonly parts: Record<string, PartReadiness>;
}

export interface ReadinessOptions {
  readonly checks: Readonly<Record<string, ReadinessCheck>>;
  readonly deadlineMs: number;
  /** Told the fault itself, which callers are not. */
  readonly onFault: (part: string, error: unknown) => void;
  /** True once the process is about to stop: it is not ready then, whatever its parts say. False when absent. */
  readonly isLeaving?: () => boolean;
}

/** What a process that is about to stop says of itself, for load balancers to send callers elsewhere. */
const LEAVING: PartReadiness = { ok: false, took_ms: 0, error: 'is about to stop' };

/** Asks all parts at once, each with the deadline. Callers that come while it asks share its answer. */
export function createReadiness({
  checks,
  deadlineMs,
  onFault,
  isLeaving = () => false,
}: ReadinessOptions): () => Promise<Readiness> {
  let pending: Promise<Readiness> | undefined;

  async function ask(part: string, check: ReadinessCheck): Promise<PartReadiness> {
    const startedAt = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, deadlineMs, 'late');
    });
    const answer = Promise.resolve()
      .then(check)
      .then(
        () => null,
        (error: unknown) => {
          onFault(part, error);
          return 'cannot be reached';
        },
      );
    const verdict = await Promise.race([answer, deadline]);
    clearTimeout(timer);
    const error = verdict === 'late' ? `no answer within ${String(deadlineMs)} ms` : verdict;
    return { ok: error === null, took_ms: Math.round(performance.now() - startedAt), error };
  }

  async function askAll(): Promise<Readiness> {
    const entries = Object.entries(checks).map(async ([part, check]) => [part, await ask(part, check)] as const);
    const parts = Object.fromEntries(await Promise.all(entries));
    return { ready: Object.values(parts).every((part) => part.ok), parts };
  }

  return () => {
    if (isLeaving()) return Promise.resolve({ ready: false, parts: { server: LEAVING } });
    pending ??= askAll().finally(() => {
      pending = undefined;
    });
    return pending;
  };
}
