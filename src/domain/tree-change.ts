import type { JobKind } from './job';

/** What is done with an asset and all that lies in it. */
export type TreeChangeKind = Extract<JobKind, 'trash_assets' | 'restore_assets' | 'assign_assets' | 'delete_assets'>;

/** Where the folder is in which an asset lies or lay: at the root there is none, and one deleted for good is `gone`. */
export type ParentStanding = 'none' | 'live' | 'trashed' | 'gone';

/** What the store saw of the asset while it held its lock. */
export interface TreeRootFacts {
  /** `self`: in the trash by itself; `folder`: it went there with a folder above it. */
  readonly trashed: 'no' | 'self' | 'folder';
  readonly parent: ParentStanding;
  readonly hasProject: boolean;
}

/** Why it is not done; nothing has been changed. */
export type TreeRefusal = 'not_in_trash' | 'went_with_folder' | 'folder_in_trash' | 'in_trash' | 'no_project';

/**
 * Decides whether it makes sense. Trashing what is in the trash starts its time anew; deleting for good may be done with
 * anything. `unassign` is the assignment to no project.
 */
export function refuseTreeChange(kind: TreeChangeKind, facts: TreeRootFacts, unassign = false): TreeRefusal | null {
  switch (kind) {
    case 'trash_assets':
    case 'delete_assets':
      return null;
    case 'restore_assets':
      if (facts.trashed === 'no') return 'not_in_trash';
      if (facts.trashed === 'folder') return 'went_with_folder';
      return facts.parent === 'trashed' ? 'folder_in_trash' : null;
    case 'assign_assets':
      if (facts.trashed !== 'no') return 'in_trash';
      return unassign && !facts.hasProject ? 'no_project' : null;
  }
}
