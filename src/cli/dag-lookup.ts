import type { Principal } from '../domain/credentials';
import { parseName } from '../domain/names';
import { findReadableAsset, type ReadableAsset } from '../store/asset-access';
import type { DagRunCreation } from '../store/dag-run-creation';
import { type DagRunDetails, readDagRun, readDagRunOfJob } from '../store/dag-run-reading';
import { hasPermission } from '../store/permissions';
import type { Tool } from './command';
import { CommandFailure } from './failure';
import { answerOf, getJob } from './job-lookup';
import { tellTemporal } from './job-telling';
import { watchJob } from './job-watching';
import type { StoreSession } from './session';

/**
 * The asset of that name as the actor sees it.
 * @throws CommandFailure `asset_not_found`
 */
export async function getAssetFor({ store }: StoreSession, text: string, actor: Principal): Promise<ReadableAsset> {
  const name = parseName(text);
  const asset = name === null ? null : await findReadableAsset(store.db, name, actor);
  if (asset !== null) return asset;
  throw new CommandFailure('asset_not_found', `there is no asset ${JSON.stringify(text)} that ${actor.email} may see`);
}

/**
 * The run of that number, or of the job of that token or key.
 * @throws CommandFailure `run_not_found`
 */
export async function getRun({ store: { db } }: StoreSession, text: string): Promise<DagRunDetails> {
  const name = parseName(text);
  const run =
    name === null ? null : await (name.by === 'id' ? readDagRun(db, name.id) : readDagRunOfJob(db, name.uuid));
  if (run !== null) return run;
  throw new CommandFailure('run_not_found', `there is no run ${JSON.stringify(text)}`);
}

/** @throws CommandFailure `forbidden` */
export async function assertMayStart({ store }: StoreSession, actor: Principal): Promise<void> {
  if (await hasPermission(store.db, actor.id, 'ACTIONS_START')) return;
  throw new CommandFailure('forbidden', `${actor.email} has no permission to start actions: ACTIONS_START is needed`);
}

/** Has a run that was made begin, tells of it, and waits for its end if that is wanted. */
export async function tellNewRun(
  tool: Tool,
  session: StoreSession,
  creation: DagRunCreation,
  { wait, deed }: { readonly wait: boolean; readonly deed: string },
): Promise<void> {
  if (creation.kind === 'busy') {
    throw new CommandFailure('run_under_way', `run ${creation.runId} of this action on the asset is under way, and it takes no second one`); // prettier-ignore
  }
  if (creation.kind === 'conflict') throw new Error('a request without a key cannot be one that was made before');
  if (creation.kind === 'created') {
    await tellTemporal(tool, session.store.db, (dispatcher) => {
      dispatcher.dispatch(creation.job);
    });
  }
  const token = creation.kind === 'created' ? creation.job.token : creation.token;
  const run = await getRun(session, token);
  const line = `Run ${run.id} ${creation.kind === 'created' ? deed : 'is under way already'}: job ${token}.`;
  if (wait) {
    tool.line(line);
    await watchJob(tool, session, token);
    return;
  }
  const job = answerOf(tool, session.config, await getJob(session, token));
  tool.answer({ json: { run: Number(run.id), job }, lines: [line] });
}
