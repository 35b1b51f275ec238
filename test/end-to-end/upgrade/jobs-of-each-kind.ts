import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { TASK_QUEUE } from '../../../src/contract/task-queues';
import { WORKFLOW_OF_KIND } from '../../../src/contract/workflows';
import type { JobKind } from '../../../src/domain/job';
import type { Store } from '../../../src/store/database';
import {
  createAssets,
  createFolder,
  createProject,
  createUser,
  grantAccess,
  type TestThing,
} from '../../support/fixtures';
import { putIntoTrash } from '../../support/put-into-trash';
import type { Api } from '../support/api';
import { postLines } from '../support/bulk-ingest';
import { createLibrary, type Library } from '../support/library';

/** What the jobs work on: of each kind as many assets as there are jobs of it. */
export interface Stock {
  /** Whose assets can be locked all at once. */
  readonly held: Library;
  /** Where files are fetched, and actions are run. */
  readonly free: TestThing;
  /** Where assets are assigned to. */
  readonly other: TestThing;
  readonly target: TestThing;
  readonly of: Readonly<Record<Work, readonly TestThing[]>>;
}

/** `undo` is a bulk move too. */
const WORKS = ['move', 'undo', 'share', 'trash', 'restore', 'assign', 'delete', 'review', 'force', 'ingest', 'run'] as const; // prettier-ignore
type Work = (typeof WORKS)[number];
const FREE: ReadonlySet<Work> = new Set(['ingest', 'run']);
const AT_ONCE = 10;

export async function layInStock({ db }: Store, count: number): Promise<Stock> {
  const held = await createLibrary(db);
  const { user } = held;
  const [free, other] = [await createProject(db), await createProject(db)];
  for (const { id } of [held.project, free, other]) {
    await grantAccess(db, id, user.ownTeamId, { canWrite: true, canManage: true });
  }
  const approver = await createUser(db);
  await grantAccess(db, held.project.id, approver.ownTeamId, { canApprove: true });
  const of = {} as Record<Work, readonly TestThing[]>;
  for (const work of WORKS) {
    const projectId = FREE.has(work) ? free.id : held.project.id;
    of[work] = await createAssets(db, { projectId, ownerId: user.id }, count, work);
  }
  for (const asset of of.restore) await putIntoTrash(db, asset, new Date());
  const target = await createFolder(db, { projectId: held.project.id, ownerId: user.id });
  return { held, free, other, target, of };
}

/** Some at a time, so that the façade answers each within its time. */
export async function forAll<Thing, Made>(
  things: readonly Thing[],
  make: (thing: Thing) => Promise<Made>,
): Promise<readonly Made[]> {
  const made: Made[] = [];
  for (let at = 0; at < things.length; at += AT_ONCE) {
    made.push(...(await Promise.all(things.slice(at, at + AT_ONCE).map(make))));
  }
  return made;
}

/** Moves each of them by a job of its own. */
export const moveAll = (api: Api, { held, target }: Stock, things: readonly TestThing[]) =>
  forAll(things, ({ uuid }) => api.move(held.project.uuid, target.uuid, [uuid]));

/** Fetches files: half of the jobs of one, half of those of many, with a line each. Answers the tokens of both. */
export async function fetchFiles(api: Api, { free, of }: Stock, urlOf: (no: number) => string) {
  const single = await forAll(
    of.ingest.map((asset, no) => ({ asset, no })),
    async ({ asset, no }) => {
      const body = { file_url: urlOf(no), filename: `${String(no)}.txt` };
      const { status } = await api.post(`/api/v2/assets/${asset.key}/media`, body);
      if (status !== 200) throw new Error(`media: ${String(status)}`);
    },
  );
  const many = await forAll(
    of.ingest.map((_asset, no) => of.ingest.length + no),
    (no) => postLines(api, free.uuid, [{ file_url: urlOf(no), filename: `${String(no)}.txt` }]),
  );
  return single.length + many.length;
}

/** Starts the jobs that change what lies in the held project, by the façade where it makes a job of so little, else as the Temporal CLI does. */
export async function startHeldJobs(api: Api, client: Client, stock: Stock, parents: readonly string[]): Promise<void> {
  const { held, other, of } = stock;
  const project = held.project.uuid;
  const by = { requested_by: held.user.email };
  const start = (kind: JobKind, input: object) =>
    client.workflow.start(WORKFLOW_OF_KIND[kind], {
      workflowId: randomUUID(),
      taskQueue: TASK_QUEUE,
      args: [{ ...input, ...by }],
    });
  await moveAll(api, stock, of.move);
  await forAll(parents, async (token) => {
    const { status } = await api.act(token, 'undo');
    if (status >= 300) throw new Error(`undo: ${String(status)}`);
  });
  await forAll(of.share, ({ uuid }) => api.share(project, { is_shared: true, asset_ids: [uuid] }));
  await forAll(of.trash, ({ uuid }) => start('trash_assets', { asset: uuid }));
  await forAll(of.restore, ({ uuid }) => start('restore_assets', { asset: uuid }));
  await forAll(of.assign, ({ uuid }) => start('assign_assets', { asset: uuid, project: other.uuid }));
  await forAll(of.delete, ({ uuid }) => start('delete_assets', { asset: uuid }));
  await forAll(of.review, ({ uuid }) => start('review_request', { project, asset_ids: [uuid] }));
  await forAll(of.force, ({ uuid }) => start('force_approve', { project, asset_ids: [uuid] }));
}
