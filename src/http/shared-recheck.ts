import { createTurns } from './turns';

/** Checks of many long conversations, of which those of one caller about one thing share what was answered. */
export interface SharedRechecks {
  /**
   * For a conversation whose caller has just been checked. `name` stands for the caller and the thing as a whole; null
   * for one that shares with nobody.
   */
  open(name: string | null, check: () => Promise<unknown>): SharedRecheck;
}

export interface SharedRecheck {
  /** Rejects as the check does, when the last answer is too old and the next one is no. */
  readonly recheck: () => Promise<void>;
  /** To be called when the conversation is over; harmless when repeated. */
  readonly close: () => void;
}

export interface SharedRecheckOptions {
  /** How old an answer may get. */
  readonly everyMs: number;
  /** Checks under way at once. Default 4: a thousand callers must not fill the pool of connections. */
  readonly atOnce?: number;
}

interface Caller {
  conversations: number;
  /** When the last answer that was a yes was asked for. */
  checkedAt: number;
  /** Under way now. */
  checking: Promise<void> | null;
  /** So old the answer may get this time. */
  restMs: number;
}

const AT_ONCE = 4;
/** Callers who came together are asked after at different times: up to so much of the time too early. */
const SPREAD = 0.4;

export function createSharedRechecks({ everyMs, atOnce = AT_ONCE }: SharedRecheckOptions): SharedRechecks {
  const callers = new Map<string, Caller>();
  const inTurn = createTurns(atOnce);
  const restMs = () => everyMs * (1 - SPREAD * Math.random());

  const check = (caller: Caller, ask: () => Promise<unknown>) =>
    inTurn(async () => {
      const askedAt = performance.now();
      await ask();
      caller.checkedAt = askedAt;
      caller.restMs = restMs();
    }).finally(() => {
      caller.checking = null;
    });

  return {
    open(name, ask) {
      const known = name === null ? undefined : callers.get(name);
      const caller = known ?? { conversations: 0, checkedAt: 0, checking: null, restMs: restMs() };
      if (name !== null) callers.set(name, caller);
      caller.conversations += 1;
      caller.checkedAt = performance.now();
      let isOpen = true;
      return {
        recheck: async () => {
          if (performance.now() - caller.checkedAt < caller.restMs) return;
          // An answer that was asked for before this moment is as good as old, where none may be.
          await (everyMs === 0 ? check(caller, ask) : (caller.checking ??= check(caller, ask)));
        },
        close() {
          if (!isOpen) return;
          isOpen = false;
          caller.conversations -= 1;
          if (name !== null && caller.conversations === 0 && callers.get(name) === caller) callers.delete(name);
        },
      };
    },
  };
}
