import type { Command } from 'commander';
import type { CliDependencies } from './dependencies';

/** What a command answers: one JSON object for scripts, lines for people. `failed` makes the exit code 1. */
export interface Answer {
  readonly json: Readonly<Record<string, unknown>>;
  readonly lines: readonly string[];
  readonly failed?: boolean;
}

/** What the commands are given: dependencies to work with, and where the one answer goes. */
export interface Tool extends CliDependencies {
  /** With --json: standard output gets the one object and nothing else. */
  readonly asJson: boolean;
  readonly answer: (answer: Answer) => void;
  /** A line for people that need not wait for the answer; with --json there is none. */
  readonly line: (text: string) => void;
}

const PROGRAM = 'npm run longhaul --';

const EXIT_CODES = 'Exit codes: 0 done, 1 failed, 2 wrong usage.';

/** Adds what `--help` shows below the options. `json` is the form of the answer with --json. */
export function explain(
  command: Command,
  { notes = [], examples, json }: { notes?: readonly string[]; examples: readonly string[]; json: string },
): Command {
  const lines = [
    ...(notes.length === 0 ? [] : ['', ...notes]),
    '',
    'Examples:',
    ...examples.map((example) => `  ${PROGRAM} ${example}`),
    '',
    `With --json: ${json}`,
    EXIT_CODES,
  ];
  return command.addHelpText('after', lines.join('\n'));
}

/** An id of the store as JSON: a number, which it is for clients too. */
export function toJsonId(id: string): number | string {
  const number = Number(id);
  return Number.isSafeInteger(number) ? number : id;
}
