import type { JudgeUrl } from '../../domain/bulk-ingest';
import { findIngestFilenameFault } from '../../domain/ingest-filename';
import { describeIngestFault, isRetryableIngest } from '../../domain/ingest-verdict';
import type { WithOf } from '../../schemas/dag-nodes';
import { readAttachedMedia } from '../../store/attached-media';
import type { ChildJob } from '../../store/dag-child-jobs';
import type { Database } from '../../store/database';
import { createIngestJob } from '../../store/ingest-creation';
import type { UrlSeal } from '../../store/url-seal';
import { abandonChild, childTokenOf, resumeChild, waitForChild } from './child-job';
import { toMediaOutput } from './media-output';
import { failed, findWritableAsset } from './named-asset';
import type { NodeResult, StoreNodeHandler } from './node-handler';

export interface IngestNodeDependencies {
  readonly judgeUrl: JudgeUrl;
  readonly urlSeal: Pick<UrlSeal, 'seal'>;
}

/** Fetches a file by a job, under the checks of `POST /api/v2/assets/:id/media`. */
export function createIngestMediaHandler({
  judgeUrl,
  urlSeal,
}: IngestNodeDependencies): StoreNodeHandler<WithOf<'ingest_media'>> {
  return {
    place: 'store',
    async begin(tx, context) {
      const named = await findWritableAsset(tx, context);
      if (named.kind === 'failed') return named;
      const { asset } = named;
      const { url: address, filename } = context.with;
      const verdict = judgeUrl(address);
      if (verdict.kind === 'refused') return failed(verdict.code, describeIngestFault(verdict.code) ?? verdict.code);
      const fault = findIngestFilenameFault(filename);
      if (fault !== null) return failed('bad_with', `with.filename: ${fault}`);
      if (asset.mediaType === 'folder') return failed('asset_is_folder', 'a folder holds no media');
      if (asset.deletedAt !== null) return failed('in_trash', 'the asset is in the trash');
      const { projectId: id, projectUuid: uuid } = asset;
      const { url } = verdict;
      const { creation, job } = await createIngestJob(tx, {
        token: childTokenOf(context),
        asset,
        project: id === null || uuid === null ? null : { id, uuid },
        actor: context.run.user,
        urlSealed: urlSeal.seal(url.href, asset.uuid),
        urlHost: url.host,
        filename,
        idempotency: null,
        dispatched: false,
        now: context.now,
      });
      return waitForChild(tx, context, creation, job);
    },
    resume: (tx, _context, waiting) => resumeChild(tx, waiting, (child) => toResult(tx, child)),
    async abandon(tx, context, waiting) {
      await abandonChild(tx, context, waiting);
    },
  };
}

async function toResult(tx: Database, { id, token }: ChildJob): Promise<NodeResult> {
  const file = await readAttachedMedia(tx, id);
  if (file.kind === 'attached') {
    return { kind: 'done', output: { job: token, media: file.media === null ? null : toMediaOutput(file.media) } };
  }
  const code = file.code ?? 'job_with_failures';
  const message = describeIngestFault(code) ?? `the file was not attached by job ${token}`;
  return { kind: 'failed', code, message, retryable: isRetryableIngest(code) };
}
