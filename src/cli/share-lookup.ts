import type { Command } from 'commander';
import { parseName } from '../domain/names';
import { findShare, type ShareReader, type ShareRecord } from '../store/share-reading';
import { CommandFailure } from './failure';
import { readReference } from './option-values';
import type { StoreSession } from './session';

/** A share in an example. */
export const EXAMPLE_SHARE = '01985f2e-6b1c-7c3a-8d4e-5f60718293a4';

/** Adds the argument that names a share. */
export function withShare(command: Command): Command {
  return command.argument(
    '<share>',
    'its id, uuid or key; never its link, of which only a hash is kept',
    readReference,
  );
}

/**
 * The share of an id, uuid or key.
 * @throws CommandFailure `share_not_found` when there is none that the reader may see
 */
export async function getShare(
  { store }: StoreSession,
  text: string,
  reader: (ShareReader & { readonly email: string }) | null = null,
): Promise<ShareRecord> {
  const name = parseName(text);
  const share = name === null ? null : await findShare(store.db, name, reader);
  if (share !== null) return share;
  const whom = reader === null ? '' : ` that ${reader.email} may see`;
  // What looks like a link is not repeated: it would open the share to whoever reads the terminal.
  const what = name === null ? 'of that name' : JSON.stringify(text);
  throw new CommandFailure('share_not_found', `there is no share ${what}${whom}`);
}
