/** What has to hold, in the order of the report. */
export const INVARIANTS = {
  adds_up: 'the counts of every answer add up',
  never_back: 'succeeded never goes down, and total never changes once it is known',
  end_is_end: 'an ended job never changes again',
  still: 'nothing moves while a job is paused',
  answers: 'every call was answered in the end, and as it should be',
  one_job: 'one job for each request, however often it was sent',
  ended: 'every job has ended',
  outcome: 'every job that was not cancelled did all that was asked of it',
  selected: 'the total of a job is what lay there when it was asked for',
  direct: 'a folder holds what the jobs say that they moved, also after a cancel',
  once: 'every asset exists, once',
  lies: 'every asset lies where its last history entry says',
  chain: 'each history entry goes on from where the one before ended',
  moved_once: 'no job has moved an asset twice',
  history: 'a job has as many history entries as it says it moved',
  sums: 'the counts of a job are the sums of its chunks, and add up',
  half_done: 'no chunk is half done',
  cursors: 'sync events were read with cursors 1 to n, each once',
  last_event: 'the last sync event of a job tells how it ended',
  flags: 'a job of sharing has written one line of history for each flag that it changed',
  asked: 'each asset that a job put under review is asked about once, of each approver once',
  files: 'a job of files has attached as many as it says, one to each asset',
  outside: 'what a run does outside is done once under its key, and all of it when it succeeded',
  tagged: 'an asset has one line of history for each node that changed it',
  links: 'what follows the end of a link comes once, its mail too',
  workflows: 'no workflow of a job is running any more',
  outlived: 'no root that was up has ended by itself',
  servers: 'one Postgres and one Temporal are left',
  doctor: "the doctor's rules of the store find nothing",
} as const;
export type Invariant = keyof typeof INVARIANTS;

export interface Finding {
  readonly invariant: Invariant;
  readonly detail: string;
}

/** Collects what does not hold. */
export interface Findings {
  add(invariant: Invariant, detail: string): void;
  readonly all: readonly Finding[];
}

export function createFindings(tell: (line: string) => void): Findings {
  const all: Finding[] = [];
  return {
    all,
    add(invariant, detail) {
      all.push({ invariant, detail });
      tell(`  FINDING  ${INVARIANTS[invariant]}: ${detail}`);
    },
  };
}
