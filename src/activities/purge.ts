import { setTimeout as sleep } from 'node:timers/promises';
import type { DueListing, PurgeActivities, PurgeOpening, PurgeProgress } from '../contract/purge';
import { FAILURE } from '../contract/failures';
import { toKey } from '../domain/names';
import type { PurgeStanding } from '../domain/purge';
import { formatPath } from '../domain/selection-invalid';
import { purgeTrashInput } from '../schemas/purge';
import { readWaitingObjects, removeDueObjects } from '../store/object-removals';
import { openPurge, purgeNextChunk, readPurge, requirePurge } from '../store/purge';
import { countTrash, listTrashRoots, type TrashRoot } from '../store/purge-due';
import type { ActivityDependencies } from './dependencies';
import { withHeartbeat } from './heartbeat';
import { refused } from './refused';
import { workSlice } from './slice';

/** Between two looks at what somebody else is deleting. */
const HELD_MS = 500;
/** A later attempt at an object is left to the next purge. */
const WAIT_AT_MOST_MS = 60_000;
/** A dry run names so many: the result of a workflow is kept for as long as its history, and copied with it. */
const LISTED = 100;

const NOBODY_READS = () => Promise.resolve();

/** The activities of the purge of the trash. */
export function createPurgeActivities({
  store,
  objects,
  now,
  trashRetentionMs: retentionMs,
}: ActivityDependencies): PurgeActivities {
  return {
    openPurge: (opening) => withHeartbeat(() => open(opening)),

    async purgeAssets({ token }) {
      const id = await requirePurge(store.db, token);
      const more = await workSlice(async () => {
        const step = await purgeNextChunk(store.pool, id, now());
        if (step === 'held') await sleep(HELD_MS);
        return step === 'idle' ? 'idle' : 'worked';
      }, NOBODY_READS);
      return { ...(await readStanding(token)), more };
    },

    async removeObjects({ token }) {
      const id = await requirePurge(store.db, token);
      const remove = (key: string) => objects.delete(key);
      const more = await workSlice(
        async () => ((await removeDueObjects(store.pool, remove, id)).taken > 0 ? 'worked' : 'idle'),
        NOBODY_READS,
      );
      const standing = await readStanding(token);
      if (more) return { ...standing, more };
      const { nextInMs } = await readWaitingObjects(store.pool);
      if (nextInMs === null || nextInMs > WAIT_AT_MOST_MS) return { ...standing, more: false };
      return { ...standing, more: true, waitMs: nextInMs };
    },

    readPurge: ({ token }) => withHeartbeat(() => readStanding(token)),
  };

  async function open({ token, input }: PurgeOpening): Promise<PurgeProgress> {
    const { dry_run: dryRun = false } = parseInput(input);
    if (dryRun) return lookOnly();
    await openPurge(store.db, token, retentionMs);
    return { dry_run: false, ...(await readStanding(token)) };
  }

  async function lookOnly(): Promise<PurgeProgress> {
    const { assets: total } = await countTrash(store.db, { retentionMs, dueOnly: true });
    const roots = await listTrashRoots(store.db, { retentionMs, dueOnly: true, limit: LISTED });
    const { waiting } = await readWaitingObjects(store.pool);
    const counts = { total, purged: 0, kept: 0, remaining: total, objects: { removed: 0, waiting } };
    return { dry_run: true, ...counts, due: roots.map(toListing) };
  }

  async function readStanding(token: string): Promise<PurgeStanding> {
    const { counts, objectsRemoved } = await readPurge(store.db, await requirePurge(store.db, token));
    const { waiting } = await readWaitingObjects(store.pool);
    return { ...counts, objects: { removed: objectsRemoved, waiting } };
  }
}

function toListing({ uuid, project, trashedAt, dueAt, assets }: TrashRoot): DueListing {
  return {
    key: toKey(uuid),
    project: project?.uuid ?? null,
    trashed_at: trashedAt.toISOString(),
    due_at: dueAt.toISOString(),
    assets,
  };
}

/** The Temporal CLI sends nothing where no input is given. */
function parseInput(input: unknown): { readonly dry_run?: boolean | undefined } {
  const read = purgeTrashInput.safeParse(input ?? {});
  if (read.success) return read.data;
  const faults = read.error.issues.map(
    ({ path, message }) => `${formatPath(path.filter((part) => typeof part !== 'symbol')) || 'input'}: ${message}`,
  );
  throw refused(FAILURE.inputInvalid, faults.join('; '));
}
