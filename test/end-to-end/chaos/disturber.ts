import type { Installation } from '../support/installation';
import { type Disturbance, type DisturbanceKind, DISTURBANCES } from './disturbances';
import { rest } from './rest';
import { type Roots, type Slot, slotsOf } from './roots';

/** What became of a planned disturbance. */
export interface Done extends Disturbance {
  readonly doneAtMs: number;
  /** Empty when nothing of that kind was there: it was down already. */
  readonly pids: readonly number[];
}

export interface Disturber {
  readonly done: readonly Done[];
  /** How often workers have been frozen so far, and whether one is now: such a one can hold locks for long. */
  freezes(): number;
  /** Works through the plan until it is at its end or the signal comes; leaves nothing frozen. */
  run(plan: readonly Disturbance[], signal: AbortSignal): Promise<void>;
}

export function createDisturber(installation: Installation, roots: Roots, tell: (line: string) => void): Disturber {
  const done: Done[] = [];
  let freezes = 0;

  const killServers = (...servers: readonly { readonly identity: { readonly pid: number } }[]): number[] =>
    servers.flatMap(({ identity: { pid } }) => (send(pid, 'SIGKILL') ? [pid] : []));
  const killRoots = async (...slots: readonly Slot[]): Promise<number[]> =>
    (await Promise.all(slots.map((slot) => roots.kill(slot)))).filter((pid) => pid !== null);

  const slots = slotsOf(installation);
  const facades = createTurns(slots.filter((slot) => slot.endsWith('façade')));
  const workers = createTurns(slots.filter((slot) => slot.endsWith('worker')));
  const killSome = async (turns: () => readonly Slot[]) => {
    const back = turns();
    return { pids: await killRoots(...back), back };
  };

  /** Kills, and answers whom; `back` is what is to be started after the pause. */
  async function strike(kind: DisturbanceKind): Promise<{ pids: number[]; back: readonly Slot[] }> {
    const { postgresServers, temporalServers } = installation;
    switch (kind) {
      case 'worker':
        return killSome(workers);
      case 'facade':
        return killSome(facades);
      case 'postgres':
        return { pids: killServers(...postgresServers()), back: [] };
      case 'temporal':
        return { pids: killServers(...temporalServers()), back: [] };
      case 'servers':
        return { pids: killServers(...postgresServers(), ...temporalServers()), back: [] };
      case 'everything': {
        const servers = [...postgresServers(), ...temporalServers()];
        const pids = await killRoots(...new Set([...slots, 'second worker'] as const));
        // Those that the roots have started in between go on, and are found by the next ones.
        return { pids: [...pids, ...killServers(...servers)], back: slots };
      }
      case 'second worker': {
        const pids = await killRoots('second worker');
        return { pids, back: pids.length === 0 ? ['second worker'] : [] };
      }
      case 'freeze worker': {
        const pid = roots.pidOf('worker');
        return { pids: pid !== null && send(pid, 'SIGSTOP') ? [pid] : [], back: [] };
      }
    }
  }

  return {
    done,
    freezes: () => freezes,
    async run(plan, signal) {
      const startedAt = performance.now();
      const elapsedMs = () => Math.round(performance.now() - startedAt);
      for (const disturbance of plan) {
        await rest(disturbance.atMs - elapsedMs(), signal);
        if (signal.aborted) break;
        const doneAtMs = elapsedMs();
        if (disturbance.kind === 'freeze worker') freezes += 1;
        const { pids, back } = await strike(disturbance.kind);
        done.push({ ...disturbance, doneAtMs, pids });
        tell(toLine(disturbance, doneAtMs, pids));
        await rest(disturbance.pauseMs, signal);
        if (disturbance.kind === 'freeze worker') {
          for (const pid of pids) send(pid, 'SIGCONT');
          freezes += 1;
        }
        for (const slot of back) roots.start(slot);
      }
    },
  };
}

/** Each of them in turn, then all at once, and again. */
function createTurns(slots: readonly Slot[]): () => readonly Slot[] {
  const turns = slots.length === 1 ? [slots] : [...slots.map((slot) => [slot]), slots];
  let at = 0;
  return () => turns[at++ % turns.length] ?? slots;
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

function toLine({ kind, pauseMs }: Disturbance, atMs: number, pids: readonly number[]): string {
  const whom = pids.length === 0 ? (kind === 'second worker' ? 'comes' : 'is down already') : pids.join(', ');
  return `${(atMs / 1_000).toFixed(1).padStart(6)} s  ${DISTURBANCES[kind]}: ${whom}; ${(pauseMs / 1_000).toFixed(1)} s`;
}
