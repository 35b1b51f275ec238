import { setTimeout as sleep } from 'node:timers/promises';
import { isEnded } from '../domain/job';
import type { JobAnswer } from '../domain/job-answer';
import { type JobRecord, readJob } from '../store/jobs';
import type { Tool } from './command';
import { CommandFailure, toFault } from './failure';
import { describeStanding, drawStanding, summarize } from './job-line';
import { answerOf } from './job-lookup';
import { clip, oneLine, overwrite } from './screen';
import type { StoreSession } from './session';

const LOOK_EVERY_MS = 500;
/** A store that has not answered for so long is said to be waited for. */
const PATIENCE_MS = 2_000;
/** Where nobody overwrites, lines are spared. */
const LINE_EVERY_MS = 1_000;
const NARROW = 80;

/**
 * Shows a job until it has ended, then answers it. A store that goes away is waited for. Who interrupts it ends the
 * watching, never the job.
 */
export async function watchJob(tool: Tool, session: StoreSession, token: string): Promise<void> {
  const display = createDisplay(tool);
  const forget = tool.onInterrupt(() => {
    display.close();
    tool.err(`Not watching any more; job ${token} goes on.\n`);
  });
  try {
    let seen: JobRecord | null = null;
    const waiting = (why: string) => display.wait(seen === null ? null : answerOf(tool, session.config, seen), why);
    for (;;) {
      seen = await readPatiently(session, token, waiting);
      const job = answerOf(tool, session.config, seen);
      display.show(job, seen.version);
      if (isEnded(job.state)) {
        display.close();
        tool.answer({ json: job, lines: [summarize(job)], failed: job.outcome !== 'succeeded' });
        return;
      }
      await sleep(LOOK_EVERY_MS);
    }
  } finally {
    forget();
    display.close();
  }
}

/** Reads the job, however long it takes the store to answer. */
async function readPatiently(
  { store }: StoreSession,
  token: string,
  waiting: (why: string) => void,
): Promise<JobRecord> {
  for (;;) {
    const impatience = setInterval(() => waiting('it does not answer'), PATIENCE_MS);
    try {
      const job = await readJob(store.db, token);
      if (job === null) throw new CommandFailure('job_not_found', `job ${token} is gone`);
      return job;
    } catch (error) {
      if (error instanceof CommandFailure || isOurFault(error)) throw error;
      waiting(toFault(error).message);
      await sleep(LOOK_EVERY_MS);
    } finally {
      clearInterval(impatience);
    }
  }
}

/** Data that cannot be, or a statement that is wrong: no waiting helps. */
function isOurFault(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^(22|42)[0-9A-Z]{3}$/.test(code);
}

interface Display {
  show(job: JobAnswer, version: number): void;
  /** The store does not answer; `job` is what was seen last. */
  wait(job: JobAnswer | null, why: string): void;
  /** Leaves the terminal as it was found; nothing is shown after that. */
  close(): void;
}

const QUIET: Display = { show: () => undefined, wait: () => undefined, close: () => undefined };

function createDisplay(tool: Tool): Display {
  if (tool.asJson) return QUIET;
  return tool.screen === null ? createLines(tool) : createLiveLine(tool);
}

/** One line that is drawn anew each time. */
function createLiveLine({ out, screen, now }: Tool): Display {
  let isOpen = true;
  let isDrawn = false;
  const columns = () => screen?.columns() ?? NARROW;
  const draw = (text: string) => {
    if (!isOpen) return;
    out(overwrite(text));
    isDrawn = true;
  };
  return {
    show: (job) => {
      draw(drawStanding(job, now(), columns()));
    },
    wait: (job, why) => {
      const reason = `waiting for the store: ${oneLine(why)}`;
      if (job === null) draw(clip(reason, columns() - 1));
      else draw(drawStanding({ ...job, reason, rate_per_second: null, eta: null }, now(), columns()));
    },
    close: () => {
      if (isOpen && isDrawn) out('\n');
      isOpen = false;
    },
  };
}

/** A line for each change, but not more than one a second. */
function createLines({ out, now }: Tool): Display {
  let isOpen = true;
  let written = '';
  let writtenAt = Number.NEGATIVE_INFINITY;
  const write = (change: string, line: string) => {
    if (!isOpen || change === written || now() - writtenAt < LINE_EVERY_MS) return;
    written = change;
    writtenAt = now();
    out(`${line}\n`);
  };
  return {
    show: (job, version) => {
      // The last word on a job is its summary.
      if (!isEnded(job.state)) write(`${String(version)} ${job.reason ?? ''}`, describeStanding(job, now()));
    },
    wait: (_job, why) => {
      write('waiting for the store', `waiting for the store: ${oneLine(why)}`);
    },
    close: () => {
      isOpen = false;
    },
  };
}
