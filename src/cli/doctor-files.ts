import { CONTENT_PREFIX, isContentKey } from '../domain/object-keys';
import type { Database } from '../store/database';
import { readNamedObjects } from '../store/named-objects';
import type { Tool } from './command';
import { type Check, type Report, toFailedCheck } from './doctor-check';

const SAMPLES = 5;
/** `sha256/ab/` */
const FOLDER_LENGTH = CONTENT_PREFIX.length + 3;

/** Looks whether each object that media name is there, and as large as they say. Holds one folder of objects at a time. */
export async function checkFiles(tool: Tool, db: Database, report: Report): Promise<void> {
  const name = 'files of media';
  const objects = tool.openObjects(tool.loadConfig().objectStore);
  const [missing, changed] = [createTally(), createTally()];
  let looked = 0;
  try {
    let prefix = '';
    let sizes = new Map<string, number>();
    for await (const { key, sizeBytes } of readNamedObjects(db)) {
      const wanted = isContentKey(key) ? key.slice(0, FOLDER_LENGTH) : key;
      if (wanted !== prefix) {
        prefix = wanted;
        sizes = new Map();
        for await (const object of objects.list(prefix)) sizes.set(object.key, object.sizeBytes);
      }
      looked += 1;
      const size = sizes.get(key);
      if (size === undefined) missing.add(key);
      else if (size !== sizeBytes) changed.add(key);
    }
    report(toCheck(name, looked, missing, changed));
  } catch (error) {
    report(toFailedCheck(name, error));
  } finally {
    objects.close();
  }
}

function createTally() {
  const samples: string[] = [];
  let count = 0;
  return {
    add(key: string) {
      count += 1;
      if (samples.length < SAMPLES) samples.push(key);
    },
    tell: (what: string) => (count === 0 ? [] : [`${String(count)} ${what} (${samples.join(', ')}${count > samples.length ? ', …' : ''})`]), // prettier-ignore
  };
}

type Tally = ReturnType<typeof createTally>;

function toCheck(name: string, looked: number, missing: Tally, changed: Tally): Check {
  const faults = [...missing.tell('objects are missing'), ...changed.tell('objects have another size')];
  if (faults.length === 0) return { name, state: 'ok', message: `${String(looked)} objects are there` };
  return { name, state: 'failed', message: `${faults.join('; ')}: bring them back from a backup, or ingest the files again` }; // prettier-ignore
}
