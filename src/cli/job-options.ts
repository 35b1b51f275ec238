import type { Command } from 'commander';
import { readReference } from './option-values';

/** Whose deed it is. */
export interface ActorOption {
  readonly as?: string;
}

/** What `--help` says of the JSON of a command that answers a job. */
export const JOB_JSON = '{"token", "state", "outcome", "reason", "total", "succeeded", "skipped", "failed", "remaining", …} as GET /api/jobs/<token> answers it'; // prettier-ignore

/** A job in an example. */
export const EXAMPLE_TOKEN = '01985f2e-6b1c-7c3a-8d4e-5f60718293a4';

/** Adds the argument that names a job. */
export function withToken(command: Command): Command {
  return command.argument('<token>', 'the job: its token (a uuid), key or id', readReference);
}

/** Adds the option that names who does it. */
export function withActor(command: Command): Command {
  return command.option(
    '--as <user>',
    'in whose name and with whose rights: e-mail address, id or uuid (default: the first administrator)',
    readReference,
  );
}
