import { BackupError } from '../backup/backup-error';
import { ConfigError } from '../config';
import { EmbeddedStartError } from '../embedded/errors';
import { AmbiguousNameError, NotFoundError } from '../store/lookup';

/** A command cannot do what it was asked to; the message is for the person at the terminal. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';

  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What is told of an error: a stable code for scripts and one line for people. */
export interface Fault {
  readonly code: string;
  readonly message: string;
}

/** The fault behind anything thrown. Causes are told too, for a fault that nobody foresaw has its reason there. */
export function toFault(error: unknown): Fault {
  if (error instanceof CommandFailure) return { code: error.code, message: describe(error) };
  if (error instanceof BackupError) return { code: error.code, message: describe(error) };
  if (error instanceof NotFoundError) return { code: 'not_found', message: error.message };
  if (error instanceof AmbiguousNameError) return { code: 'ambiguous', message: error.message };
  if (error instanceof ConfigError) return { code: 'bad_configuration', message: error.message };
  if (error instanceof EmbeddedStartError) return { code: 'start_failed', message: error.message };
  return { code: 'failed', message: describe(error) };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A refused connection has no message of its own, only one error for each address that was tried.
  const message =
    error instanceof AggregateError && error.message === '' ? error.errors.map(describe).join(', ') : error.message;
  return error.cause === undefined ? message : `${message}: ${describe(error.cause)}`;
}
