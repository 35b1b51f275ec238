import type { JsonObject } from '../../domain/dag-action';
import { parseName } from '../../domain/names';
import type { TreeRefusal } from '../../domain/tree-change';
import type { WithOf } from '../../schemas/dag-nodes';
import { readChildJob } from '../../store/dag-child-jobs';
import { findReadableProject } from '../../store/projects';
import { beginTreeChange } from '../../store/tree-change';
import { abandonChild, childTokenOf, resumeChild, waitForChild } from './child-job';
import { failed, findWritableAsset } from './named-asset';
import type { StoreNodeHandler } from './node-handler';

/**
 * Assigns an asset with all that lies in it, under the checks of `POST /api/v2/assets/:id/assign`: at once as far as that
 * route does it at once, by a job what is larger.
 */
export const assignHandler: StoreNodeHandler<WithOf<'assign'>> = {
  place: 'store',
  async begin(tx, context) {
    const { run, now } = context;
    const named = await findWritableAsset(tx, context);
    if (named.kind === 'failed') return named;
    const wanted = context.with.project;
    const name = wanted === null ? null : parseName(String(wanted));
    const target = name === null ? null : await findReadableProject(tx, name, run.user);
    if (wanted !== null && target === null) {
      return failed('project_not_found', `the project ${String(wanted)} is not there for ${run.user.email}`);
    }
    if (target?.rights.write === false) {
      return failed('forbidden', `${run.user.email} may not write in the project ${String(wanted)}`);
    }
    const token = childTokenOf(context);
    const project = target?.uuid ?? null;
    const before = await readChildJob(tx, token);
    if (before !== null) return { kind: 'waiting', waiting: { job: token, project }, wakeAt: null };
    const beginning = await beginTreeChange(tx, {
      kind: 'assign_assets',
      asset: named.asset,
      target: target === null ? null : { id: target.id, uuid: target.uuid },
      actor: run.user,
      token,
      dispatched: false,
      now,
    });
    switch (beginning.kind) {
      case 'refused':
        return failed(beginning.refusal, REFUSAL[beginning.refusal]);
      case 'done':
        return { kind: 'done', output: { project, job: null } };
      case 'job':
        return waitForChild(tx, context, { kind: 'created', token }, beginning.job, { project });
    }
  },
  resume: (tx, _context, waiting) =>
    resumeChild(tx, waiting, ({ token }) => ({ kind: 'done', output: { project: projectOf(waiting), job: token } })),
  async abandon(tx, context, waiting) {
    await abandonChild(tx, context, waiting);
  },
};

const projectOf = ({ project }: JsonObject) => project ?? null;

const REFUSAL: Readonly<Record<TreeRefusal | 'gone', string>> = {
  gone: 'the asset is gone',
  not_in_trash: 'the asset is not in the trash',
  went_with_folder: 'the asset went to the trash with a folder above it',
  folder_in_trash: 'the folder that the asset lies in is in the trash',
  in_trash: 'the asset is in the trash',
  no_project: 'the asset belongs to no project',
};
