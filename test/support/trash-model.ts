import { decideBulkMoveItem, statusOfVerdict } from '../../src/domain/bulk-move';
import type { TreeChangeKind } from '../../src/domain/tree-change';

/** An asset as the rules of the trash see it; assets and projects are numbers, in the order in which they were made. */
export interface ModelAsset {
  readonly folder: boolean;
  parent: number | null;
  project: number | null;
  /** What took it to the trash, itself perhaps. */
  root: number | null;
  /** Its permanent deletion is decided. */
  purging: boolean;
  /** In the trash for longer than the retention. */
  due: boolean;
  gone: boolean;
  /** Kinds of its history, oldest first. */
  lines: string[];
}

export interface ModelMove {
  readonly project: number;
  readonly target: number | null;
  readonly folders: readonly number[];
  readonly files: readonly number[];
  readonly failed: Set<number>;
}

/** The rules of the trash, written down naively: one asset after the other, nothing at once. */
export class TrashModel {
  constructor(readonly assets: readonly ModelAsset[]) {}

  at(no: number): ModelAsset {
    const asset = this.assets[no];
    if (asset === undefined) throw new Error(`there is no asset ${String(no)}`);
    return asset;
  }

  /** Nobody sees it: it is no more, or that is decided. */
  hidden(no: number): boolean {
    const { gone, root } = this.at(no);
    return gone || (root !== null && this.at(root).purging);
  }

  taken(root: number): number[] {
    return this.numbers().filter((no) => !this.at(no).gone && this.at(no).root === root);
  }

  refusal(kind: TreeChangeKind, no: number, target: number | null): string | null {
    const asset = this.at(no);
    if (this.hidden(no)) return 'gone';
    if (kind === 'restore_assets') {
      if (asset.root === null) return 'not_in_trash';
      if (asset.root !== no) return 'went_with_folder';
      return this.parentIs(no) === 'trashed' ? 'folder_in_trash' : null;
    }
    if (kind !== 'assign_assets') return null;
    if (asset.root !== null) return 'in_trash';
    return target === null && asset.project === null ? 'no_project' : null;
  }

  /** Answers what it concerned. Of what is deleted it only decides. */
  apply(kind: TreeChangeKind, no: number, target: number | null): number[] {
    switch (kind) {
      case 'trash_assets':
        return this.trash(no);
      case 'restore_assets':
        return this.restore(no);
      case 'assign_assets':
        return this.assign(no, target);
      case 'delete_assets':
        if (this.at(no).root !== no) this.trash(no);
        this.at(no).purging = true;
        return this.taken(no);
    }
  }

  delete(no: number): void {
    Object.assign(this.at(no), { gone: true, purging: false, lines: ['deleted'] });
  }

  /** A deletion that was decided is given up. */
  letGo(root: number): void {
    this.at(root).purging = false;
    for (const no of this.taken(root)) {
      const { parent } = this.at(no);
      if (no !== root && parent !== null && this.at(parent).gone) this.at(no).parent = root;
    }
  }

  /** Makes as much of a move as one chunk does; answers how many items were moved, skipped and failed. */
  moveChunk(move: ModelMove, items: readonly number[]): Record<'moved' | 'skipped' | 'failed', number> {
    const target = move.target === null ? null : this.at(move.target);
    const targetLive = target === null || (target.folder && this.isLiveIn(move.target ?? -1, move.project));
    const aboveTarget = new Set(this.chain(move.target));
    const covers = (no: number) => move.folders.includes(no) && !move.failed.has(no) && !aboveTarget.has(no);
    const verdicts = items.map((no) => {
      const { parent } = this.at(no);
      return decideBulkMoveItem(
        { allowed: true, targetLive },
        {
          live: this.isLiveIn(no, move.project),
          aboveTarget: aboveTarget.has(no),
          covered: this.chain(parent).some(covers),
          alreadyThere: parent === move.target,
          changed: false,
        },
      );
    });
    const counts = { moved: 0, skipped: 0, failed: 0 };
    for (const [at, verdict] of verdicts.entries()) {
      const no = items[at] ?? -1;
      counts[statusOfVerdict(verdict)] += 1;
      if (statusOfVerdict(verdict) === 'failed') move.failed.add(no);
      if (verdict !== 'moved') continue;
      this.at(no).parent = move.target;
      this.at(no).lines.push('moved');
    }
    return counts;
  }

  numbers(): number[] {
    return this.assets.map((_, no) => no);
  }

  private isLiveIn(no: number, project: number): boolean {
    const asset = this.at(no);
    return !asset.gone && asset.root === null && asset.project === project;
  }

  private chain(from: number | null): number[] {
    const chain: number[] = [];
    for (let up = from; up !== null && !this.at(up).gone; up = this.at(up).parent) chain.push(up);
    return chain;
  }

  private parentIs(no: number): 'none' | 'live' | 'trashed' | 'gone' {
    const { parent, project } = this.at(no);
    if (parent === null) return 'none';
    // One whose deletion is decided cannot be restored first: it is as good as gone.
    if (this.hidden(parent) || this.at(parent).project !== project) return 'gone';
    return this.at(parent).root === null ? 'live' : 'trashed';
  }

  private children(no: number): number[] {
    const { project } = this.at(no);
    return this.numbers().filter((child) => {
      const asset = this.at(child);
      return !asset.gone && asset.parent === no && asset.project === project;
    });
  }

  /** Takes what is live below it, what went along with the same folder as it, and gives what it had a new time. */
  private trash(no: number): number[] {
    const before = this.at(no).root;
    const take = (one: number) => {
      const asset = this.at(one);
      const follows = asset.root === null || asset.root === before;
      Object.assign(asset, { root: no, due: false });
      asset.lines.push('trashed');
      if (!follows) throw new Error('took what was trashed by itself');
      for (const child of this.children(one)) {
        const { root } = this.at(child);
        if (root === null || (before !== null && before !== no && root === before)) take(child);
      }
    };
    take(no);
    for (const one of this.taken(no)) this.at(one).due = false;
    return this.taken(no);
  }

  private restore(no: number): number[] {
    const restored = this.taken(no);
    if (this.parentIs(no) === 'gone') this.at(no).parent = null;
    for (const one of restored) {
      Object.assign(this.at(one), { root: null, due: false });
      this.at(one).lines.push('restored');
    }
    return restored;
  }

  private assign(no: number, target: number | null): number[] {
    const root = this.at(no);
    if (root.project === target) return [];
    const follow = (one: number): number[] => [
      one,
      ...this.children(one)
        .filter((child) => this.at(child).root === null)
        .flatMap(follow),
    ];
    const all = follow(no);
    if (root.project !== null) root.lines.push('unassigned');
    if (target !== null) root.lines.push('assigned');
    root.parent = null;
    for (const one of all) {
      this.at(one).project = target;
      if (one !== no) this.at(one).lines.push(target === null ? 'unassigned' : 'assigned');
    }
    return all;
  }
}
