import { sql } from 'kysely';
import type { TreeChangeKind } from '../../src/domain/tree-change';
import { FILE_PHASE, FOLDER_PHASE, moveNextChunk } from '../../src/store/bulk-move-chunk';
import type { Store } from '../../src/store/database';
import { newUuid } from '../../src/store/ids';
import { cancelJob } from '../../src/store/job-control';
import { endJob, finishJob, readStanding } from '../../src/store/job-progress';
import { openPurge, purgeNextChunk, readPurge } from '../../src/store/purge';
import { beginTreeChange } from '../../src/store/tree-change';
import { deleteDecided } from '../../src/store/tree-delete';
import { deleteNextChunk } from '../../src/store/tree-delete-chunk';
import { applyTreeJob } from '../../src/store/tree-job';
import { prepareBulkMove } from './bulk-move';
import type { TestThing, TestUser } from './fixtures';
import type { ModelMove, TrashModel } from './trash-model';
import type { Step } from './trash-steps';
import { describeModel, faultsOf, readWorld, type World } from './trash-world';
import { splitChunks } from './tree-chunks';
import { jobOf } from './tree-library';

const RETENTION_MS = 14 * 86_400_000;
/** So that the deletion of a small tree can be stopped in its middle. */
const ITEMS_PER_CHUNK = 2;

type Of<Name extends Step['do']> = Extract<Step, { do: Name }>;

interface OpenJob {
  readonly id: string;
  readonly actorId: string;
  readonly kind: TreeChangeKind;
  readonly item: number;
  readonly target: number | null;
  /** What is left to delete, once it was applied. */
  left: number[] | null;
  total: number;
}

interface OpenPurge {
  readonly id: string;
  readonly roots: readonly { readonly no: number; readonly assets: number }[];
}

/** The store that is compared: its projects are two, its user may do everything. */
export interface Compared extends World {
  readonly store: Store;
  readonly user: TestUser;
  readonly places: readonly TestThing[];
}

/** Does each step to the store and to the model, and compares. */
export class Comparison {
  private readonly jobs: OpenJob[] = [];
  private readonly moves: { readonly job: Awaited<ReturnType<typeof prepareBulkMove>>; readonly model: ModelMove; phase: number }[] = []; // prettier-ignore
  private readonly purges: OpenPurge[] = [];

  constructor(
    private readonly model: TrashModel,
    private readonly world: Compared,
  ) {}

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case 'at once':
        return this.atOnce(step);
      case 'begin':
        return this.begin(step);
      case 'go on':
        return this.goOn(step);
      case 'cancel':
        return this.cancel(step);
      case 'select':
        return this.select(step);
      case 'move':
        return this.move(step);
      case 'age':
        return this.age(step);
      case 'open purge':
        return this.openPurge();
      case 'purge':
        return this.purge(step);
    }
  }

  async compare(): Promise<void> {
    expect(await readWorld(this.world.store.db, this.world)).toEqual(describeModel(this.model.assets));
    expect(await faultsOf(this.world.store.db)).toEqual([]);
  }

  private idOf(no: number): string {
    return this.world.assets[no] ?? '';
  }

  private order(step: { kind: TreeChangeKind; item: number; target: number }, dispatched: boolean) {
    const { folder, project } = this.model.at(step.item);
    const number = step.target === 2 || step.kind !== 'assign_assets' ? null : step.target;
    const projectId = project === null ? null : (this.world.projects[project] ?? null);
    const asset = { id: this.idOf(step.item), mediaType: folder ? 'folder' : 'image', projectId };
    const target = number === null ? null : (this.world.places[number] ?? null);
    const order = {
      kind: step.kind,
      asset,
      target,
      actor: this.world.user,
      token: newUuid(),
      dispatched,
      now: new Date(),
    };
    return { order, target: number };
  }

  private async atOnce(step: Of<'at once'>): Promise<void> {
    const { order, target } = this.order(step, false);
    const refusal = this.model.refusal(step.kind, step.item, target);
    const beginning = await beginTreeChange(this.world.store.db, order);
    expect(beginning).toEqual(refusal === null ? { kind: 'done' } : { kind: 'refused', refusal });
    if (refusal !== null) return;
    const concerned = this.model.apply(step.kind, step.item, target);
    if (step.kind !== 'delete_assets' || step.killed) return;
    await deleteDecided(this.world.store.pool, order.asset.id, {
      actorId: this.world.user.id,
      jobId: null,
      now: new Date(),
    });
    for (const no of concerned) this.model.delete(no);
  }

  private async begin(step: Of<'begin'>): Promise<void> {
    const { order, target } = this.order(step, true);
    const refusal = this.model.refusal(step.kind, step.item, target);
    const beginning = await beginTreeChange(this.world.store.db, order);
    expect(beginning).toMatchObject(refusal === null ? { kind: 'job' } : { kind: 'refused', refusal });
    if (refusal !== null) return;
    const { id, actorId } = await jobOf(this.world.store.db, beginning);
    this.jobs.push({ id, actorId, kind: step.kind, item: step.item, target, left: null, total: 0 });
  }

  private async goOn(step: Of<'go on'>): Promise<void> {
    const job = this.jobs[step.job % this.jobs.length];
    if (job === undefined) return;
    if (job.left === null) return this.applyJob(job);
    const chunk = job.left.splice(0, ITEMS_PER_CHUNK);
    expect(await deleteNextChunk(this.world.store.pool, job, new Date())).toBe(chunk.length > 0 ? 'worked' : 'idle');
    for (const no of chunk) this.model.delete(no);
    if (job.left.length === 0) await this.finish(job);
  }

  private async applyJob(job: OpenJob): Promise<void> {
    const refusal = this.model.refusal(job.kind, job.item, job.target);
    expect(await applyTreeJob(this.world.store.db, job, new Date())).toBe(refusal ?? 'applied');
    if (refusal !== null) {
      this.jobs.splice(this.jobs.indexOf(job), 1);
      await endJob(this.world.store.db, job.id, { state: 'failed', outcome: 'failed', error: null }, new Date());
      return;
    }
    const concerned = this.model.apply(job.kind, job.item, job.target);
    job.total = concerned.length;
    const counts = { total: job.total, failed: 0, skipped: 0, succeeded: job.kind === 'delete_assets' ? 0 : job.total };
    expect((await readStanding(this.world.store.db, job.id)).counts).toMatchObject(counts);
    if (job.kind !== 'delete_assets') return this.finish(job);
    const rank = (no: number) => (no === job.item ? 2 : this.model.at(no).folder ? 1 : 0);
    job.left = concerned.sort((a, b) => rank(a) - rank(b) || a - b);
    await splitChunks(this.world.store.db, job.id, ITEMS_PER_CHUNK);
  }

  private async finish(job: OpenJob): Promise<void> {
    this.jobs.splice(this.jobs.indexOf(job), 1);
    const { total } = job;
    const counts = { total, succeeded: total, skipped: 0, failed: 0, remaining: 0 };
    expect(await finishJob(this.world.store.db, job.id, new Date())).toEqual({
      state: 'done',
      outcome: 'succeeded',
      counts,
    });
  }

  private async cancel(step: Of<'cancel'>): Promise<void> {
    const [job] = this.jobs.splice(step.job % this.jobs.length, 1);
    if (job === undefined) return;
    expect(await cancelJob(this.world.store.db, job.id, this.world.user, new Date())).toBe('applied');
    const { state, counts } = await readStanding(this.world.store.db, job.id);
    const succeeded = job.left === null ? 0 : job.total - job.left.length;
    expect({ state, ...counts }).toMatchObject({ state: 'cancelled', succeeded, remaining: job.left?.length ?? null });
    if (job.left !== null) this.model.letGo(job.item);
  }

  private async select({ items, project, target }: Of<'select'>): Promise<void> {
    const isIn = (no: number) => !this.model.at(no).gone && this.model.at(no).project === project;
    const folders = this.model.numbers().filter((no) => isIn(no) && this.model.at(no).folder);
    const to = folders[target % (folders.length + 1)] ?? null;
    const job = await prepareBulkMove(this.world.store.db, {
      project: this.world.places[project] ?? this.world.user,
      requestedBy: this.world.user.id,
      targetId: to === null ? null : this.idOf(to),
      assetIds: items.map((no) => this.idOf(no)),
    });
    const inPhase = (isFolder: boolean) => items.filter((no) => folders.includes(no) === isFolder);
    const model = { project, target: to, folders: inPhase(true), files: inPhase(false), failed: new Set<number>() };
    this.moves.push({ job, model, phase: FOLDER_PHASE });
  }

  private async move(step: Of<'move'>): Promise<void> {
    const move = this.moves[step.job % this.moves.length];
    if (move === undefined) return;
    const phase = move.phase === FOLDER_PHASE && move.model.folders.length > 0 ? FOLDER_PHASE : FILE_PHASE;
    const items = phase === FOLDER_PHASE ? move.model.folders : move.model.files;
    const result = await moveNextChunk(this.world.store.pool, move.job, phase, new Date());
    const expected = this.model.moveChunk(move.model, items);
    const exceptions = expected.skipped + expected.failed;
    expect(result).toEqual(items.length > 0 ? { kind: 'done', items: items.length, exceptions } : { kind: 'idle' });
    move.phase = FILE_PHASE;
    if (phase === FOLDER_PHASE && move.model.files.length > 0) return;
    this.moves.splice(this.moves.indexOf(move), 1);
    const { counts } = (await finishJob(this.world.store.db, move.job.jobId, new Date())) ?? {};
    expect(counts).toMatchObject({ total: move.model.folders.length + move.model.files.length, remaining: 0 });
  }

  private async age(step: Of<'age'>): Promise<void> {
    await sql`update assets set deleted_at = deleted_at - interval '15 days'
      where trash_root_id = ${this.idOf(step.item)}`.execute(this.world.store.db);
    for (const no of this.model.taken(step.item)) this.model.at(no).due = true;
  }

  private isDue(no: number): boolean {
    const { gone, root, due, purging } = this.model.at(no);
    const isLeftToJob = this.jobs.some((job) => job.kind === 'delete_assets' && job.item === no);
    return !gone && root === no && (due || purging) && !isLeftToJob;
  }

  private async openPurge(): Promise<void> {
    const due = this.model.numbers().filter((no) => this.isDue(no));
    const roots = due.map((no) => ({ no, assets: this.model.taken(no).length }));
    const id = await openPurge(this.world.store.db, newUuid(), RETENTION_MS);
    this.purges.push({ id, roots });
    const total = roots.reduce((sum, { assets }) => sum + assets, 0);
    expect((await readPurge(this.world.store.db, id)).counts).toEqual({ total, purged: 0, kept: 0, remaining: total });
  }

  /** Whatever was done to its roots since it was opened: what is due no more is kept. */
  private async purge(step: Of<'purge'>): Promise<void> {
    const [purge] = this.purges.splice(step.purge % this.purges.length, 1);
    if (purge === undefined) return;
    for (let calls = 0; ; calls += 1) {
      const result = await purgeNextChunk(this.world.store.pool, purge.id, new Date());
      if (result === 'idle') break;
      expect([result, calls < 10]).toEqual(['worked', true]);
    }
    const counts = { total: 0, purged: 0, kept: 0, remaining: 0 };
    for (const { no, assets } of purge.roots) {
      counts.total += assets;
      const isDue = this.isDue(no);
      counts[isDue || this.model.at(no).gone ? 'purged' : 'kept'] += assets;
      if (isDue) for (const one of this.model.taken(no)) this.model.delete(one);
    }
    expect((await readPurge(this.world.store.db, purge.id)).counts).toEqual(counts);
  }
}
