import type { Store } from '../../../src/store/database';
import type { Opened } from './opened';

/**
 * Locks the row of an asset until it is released: a job that has it among its items cannot end meanwhile, so that
 * whatever is done to it hits a job that runs, however fast the machine is. `opened` ends what is never released.
 */
export async function holdAsset(
  { pool }: Pick<Store, 'pool'>,
  opened: Opened,
  assetId: string,
): Promise<() => Promise<void>> {
  const client = await pool.connect();
  let isHeld = true;
  const letGo = (destroy: boolean) => {
    if (isHeld) client.release(destroy);
    isHeld = false;
  };
  opened.keep({
    close: async () => {
      letGo(true);
    },
  });
  await client.query('begin');
  await client.query('select from assets where id = $1 for update', [assetId]);
  return async () => {
    await client.query('commit');
    letGo(false);
  };
}
