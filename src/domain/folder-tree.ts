/** A part of a tree of folders, in which moves can be tried out one after the other. */
export interface FolderTree {
  /** Whether the folder is the place, or one of those above it. Null is the root, which has none above it. */
  isAtOrAbove(folder: string, place: string | null): boolean;
  move(folder: string, to: string | null): void;
}

/** `parents` names the parent of each folder on the way up from every place that will be asked about. */
export function createFolderTree(parents: Iterable<readonly [string, string | null]>): FolderTree {
  const parentOf = new Map(parents);
  return {
    isAtOrAbove(folder, place) {
      // A tree that was damaged from outside may have a cycle already: nobody walks it twice.
      const seen = new Set<string>();
      for (let at = place; at !== null && !seen.has(at); at = parentOf.get(at) ?? null) {
        if (at === folder) return true;
        seen.add(at);
      }
      return false;
    },
    move(folder, to) {
      parentOf.set(folder, to);
    },
  };
}
