import fc from 'fast-check';
import type { TreeChangeKind } from '../../src/domain/tree-change';
import type { ModelAsset } from './trash-model';

const SIZE = 8;

/** Trees of files and folders, in one of two projects or outside any; everything is live. */
export const trees = fc
  .array(fc.record({ parent: fc.nat(), folder: fc.nat(2).map((n) => n > 0), project: fc.nat(2) }), {
    minLength: SIZE,
    maxLength: SIZE,
  }) // prettier-ignore
  .map((raw) => {
    const assets: ModelAsset[] = [];
    for (const { parent: pick, folder, project } of raw) {
      const folders = assets.flatMap((asset, no) => (asset.folder ? [no] : []));
      const parent = folders[pick % (folders.length + 1)] ?? null;
      const own = project === 2 ? null : project;
      const place = parent === null ? own : (assets[parent]?.project ?? null);
      assets.push({ folder, parent, project: place, root: null, purging: false, due: false, gone: false, lines: [] });
    }
    return assets;
  });

const kinds = fc.constantFrom<TreeChangeKind>('trash_assets', 'trash_assets', 'restore_assets', 'restore_assets', 'delete_assets', 'assign_assets'); // prettier-ignore
const jobKinds = fc.constantFrom<TreeChangeKind>('trash_assets', 'restore_assets', 'delete_assets', 'delete_assets', 'assign_assets'); // prettier-ignore
// Mostly the same few, and those that others lie in, so that what is done meets what was done before.
const item = fc.oneof({ weight: 2, arbitrary: fc.nat(2) }, { weight: 1, arbitrary: fc.nat(SIZE - 1) });
/** What people, jobs and the purge do, one after the other. */
export const steps = fc.array(
  fc.oneof(
    { weight: 10, arbitrary: fc.record({ do: fc.constant('at once' as const), kind: kinds, item, target: fc.nat(2), killed: fc.nat(4).map((n) => n === 0) }) }, // prettier-ignore
    { weight: 4, arbitrary: fc.record({ do: fc.constant('begin' as const), kind: jobKinds, item, target: fc.nat(2) }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant('go on' as const), job: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), job: fc.nat() }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('select' as const), items: fc.uniqueArray(item, { minLength: 1 }), project: fc.nat(1), target: fc.nat() }) }, // prettier-ignore
    { weight: 4, arbitrary: fc.record({ do: fc.constant('move' as const), job: fc.nat() }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('age' as const), item }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('open purge' as const) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('purge' as const), purge: fc.nat() }) },
  ),
  { minLength: 10, maxLength: 40 },
);
export type Step = typeof steps extends fc.Arbitrary<(infer T)[]> ? T : never;
