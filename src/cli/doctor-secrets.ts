import type { Database } from '../store/database';
import { readSealedAddresses } from '../store/sealed-addresses';
import type { Tool } from './command';
import { type Report, toFailedCheck } from './doctor-check';

const NEWEST = 1_000;
const SAMPLES = 5;

/** Looks whether what the store holds sealed opens with the present DATA_SECRET. */
export async function checkSeals(tool: Tool, db: Database, report: Report): Promise<void> {
  const name = 'sealed with DATA_SECRET';
  try {
    const { urlSeal } = await tool.openAddresses(tool.loadConfig());
    const sealed = await readSealedAddresses(db, NEWEST);
    const broken = sealed.filter((each) => urlSeal.open(each.sealed, each.assetUuid) === null).map(({ id }) => id);
    if (broken.length === 0) {
      report({ name, state: 'ok', message: `${String(sealed.length)} addresses of files open` });
      return;
    }
    const ids = `${broken.slice(0, SAMPLES).join(', ')}${broken.length > SAMPLES ? ', …' : ''}`;
    const message = `${String(broken.length)} of ${String(sealed.length)} addresses of files do not open (ids ${ids}): is DATA_SECRET the one that they were sealed with?`;
    report({ name, state: 'failed', message });
  } catch (error) {
    report(toFailedCheck(name, error));
  }
}
