import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../support/random';
import type { Store } from '../../src/store/database';
import { createAssets } from '../support/fixtures';
import { type Api, createApi } from './support/api';
import { createInstallation, type Installation } from './support/installation';
import { createLibrary, type Library } from './support/library';
import { createOpened } from './support/opened';
import type { RootProcess } from './support/root-process';
import { copyShare, countMailsTo, readTraces, type Traces } from './support/share-traces';
import { until } from './support/until';

/** How often something is killed: a sample by default, SHARE_EXPIRY_KILLS=50 for the full number. */
const ROUNDS = Number(process.env['SHARE_EXPIRY_KILLS'] ?? 4);
/** What is killed when; printed with each round. */
const SEED = Number(process.env['SHARE_EXPIRY_SEED'] ?? Date.now() % 1_000_000);
const SHARES = 200;
const EXPIRES_IN_MS = 3_000;
/** The kill comes at some moment around the instant: while the timer sleeps, settles, or mails go out. */
const EARLIEST_MS = -200;
const SPAN_MS = 1_500;
const PATIENCE_MS = 180_000;
const VICTIMS = ['worker', 'temporal', 'both'] as const;
/** Nothing of it is ever removed: what is there once in the end was never there twice. */
const ONCE: Traces = { expired: SHARES, history: SHARES, events: SHARES, mails: SHARES, sent: SHARES, most: 1 };

const opened = createOpened();
let installation: Installation;
let worker: RootProcess;
let store: Store;
let library: Library;
let api: Api;

beforeAll(async () => {
  installation = opened.keep(await createInstallation());
  await installation.start('server');
  worker = await installation.start('worker');
  store = await installation.openStore();
  library = await createLibrary(store.db);
  api = opened.keep(createApi(installation.url, library.apiKey));
});
afterAll(() => opened.closeAll());

test(
  `${String(ROUNDS)} times worker, Temporal or both are killed around an expiry, and all that follows it comes once`,
  async () => {
    const random = createRandom(SEED);
    const hits = { before: 0, amidst: 0, after: 0 };
    for (let round = 1; round <= ROUNDS; round += 1) {
      const victim = random.pick(VICTIMS);
      const offsetMs = EARLIEST_MS + random.integer(SPAN_MS);
      const where = `seed ${String(SEED)}, round ${String(round)}, ${victim} at ${String(offsetMs)} ms`;
      const expiresAt = new Date(Date.now() + EXPIRES_IN_MS);
      const reader = `reader-${String(round)}@example.test`;
      const shares = await makeShares(expiresAt, reader);
      await sleep(Math.max(0, expiresAt.getTime() + offsetMs - Date.now()));
      await kill(victim);
      const found = await readTraces(store.db, shares);
      hits[placeOf(found)] += 1;
      process.stderr.write(`${where}: ${JSON.stringify(found)}\n`);
      if (!worker.isRunning()) worker = installation.spawn('worker');

      const isDone = async () => {
        const { expired, sent } = await readTraces(store.db, shares);
        return expired === SHARES && sent === SHARES;
      };
      await until(`all is done (${where})`, isDone, PATIENCE_MS);
      expect(await readTraces(store.db, shares)).toEqual(ONCE);
      expect(countMailsTo(installation.dataDir, library.user.email)).toBe(round * SHARES);
      expect(countMailsTo(installation.dataDir, reader)).toBe(1);
    }
    process.stderr.write(`killed before anything was settled, amidst, after all: ${JSON.stringify(hits)}\n`);
  },
  ROUNDS * (PATIENCE_MS + 60_000),
);

/** One as people make them, which tells the timer, and the others like it. */
async function makeShares(expiresAt: Date, reader: string): Promise<readonly string[]> {
  const [asset] = await createAssets(store.db, { projectId: library.project.id, ownerId: library.user.id }, 1);
  const body = { name: 'Rushes', expirationDate: expiresAt.toISOString(), nomadUsers: [{ email: reader }] };
  const { body: share } = await api.post<{ id: string }>(`/api/asset/${asset?.uuid ?? ''}/share`, body);
  return copyShare(store.db, share.id, SHARES - 1);
}

/** Temporal is started again by who is left of its processes. */
async function kill(victim: (typeof VICTIMS)[number]): Promise<void> {
  if (victim !== 'worker') process.kill(installation.temporalServers()[0]?.identity.pid ?? 0, 'SIGKILL');
  if (victim !== 'temporal') await worker.end('SIGKILL');
}

function placeOf({ expired, sent }: Traces): 'before' | 'amidst' | 'after' {
  if (expired === 0) return 'before';
  return sent < SHARES ? 'amidst' : 'after';
}
