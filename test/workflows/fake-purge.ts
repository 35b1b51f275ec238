import type { PurgeActivities, PurgeProgress, PurgeRequest } from '../../src/contract/purge';

/** A trash in memory: so many slices of ten assets each, and of objects. A dry run finds all of it due. */
export function createFakePurge(slices: { assets: number; objects: number }, over: Partial<PurgeActivities> = {}) {
  const left = { ...slices };
  const total = slices.assets * 10;
  const calls: { readonly name: keyof PurgeActivities; readonly token: string }[] = [];
  const note = (name: keyof PurgeActivities, { token }: PurgeRequest) => calls.push({ name, token });
  const standing = () => ({
    total,
    purged: total - left.assets * 10,
    kept: 0,
    remaining: left.assets * 10,
    objects: { removed: slices.objects - left.objects, waiting: left.objects },
  });
  const activities: PurgeActivities = {
    openPurge: async (opening): Promise<PurgeProgress> => {
      note('openPurge', opening);
      return { dry_run: opening.input?.dry_run === true, ...standing() };
    },
    purgeAssets: async (request) => {
      note('purgeAssets', request);
      left.assets = Math.max(0, left.assets - 1);
      return { ...standing(), more: left.assets > 0 };
    },
    removeObjects: async (request) => {
      note('removeObjects', request);
      left.objects = Math.max(0, left.objects - 1);
      return { ...standing(), more: left.objects > 0 };
    },
    readPurge: async (request) => {
      note('readPurge', request);
      return standing();
    },
    ...over,
  };
  return { activities, calls, left };
}
