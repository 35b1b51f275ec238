import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Tool } from './command';
import { toFault } from './failure';
import { withTemporal } from './session';

/**
 * Tells Temporal at once of what stands in the store already. When it does not answer, it is told later by others: one
 * line to standard error says so (`done in the store; <later> (<why>)`), and nothing has failed.
 */
export async function tellAtOnce(
  tool: Tool,
  later: string,
  tell: (client: Client, log: Logger) => Promise<void>,
): Promise<void> {
  // What goes wrong is said below, in one line.
  const log = tool.log.child({}, { level: 'silent' });
  try {
    await withTemporal({ ...tool, log }, (client) => tell(client, log));
  } catch (error) {
    tool.err(`longhaul: done in the store; ${later} (${toFault(error).message})\n`);
  }
}
