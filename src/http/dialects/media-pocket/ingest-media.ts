import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { JudgeUrl } from '../../../domain/bulk-ingest';
import { describeDownloadFault, isDownloadCode } from '../../../domain/download-fault';
import { findIngestFilenameFault } from '../../../domain/ingest-filename';
import type { ReadableAsset } from '../../../store/asset-access';
import { newUuid } from '../../../store/ids';
import { createIngestJob } from '../../../store/ingest-creation';
import { idempotencyHeaders, readIdempotencyKey } from '../../idempotency-key';
import { documentedOnly, readParameters, textParameter } from '../../parameters';
import { Refusal, unprocessable } from '../../refusal';
import { assertMayWrite, assetParams, openAsset } from './asset-access';
import type { MediaPocketDependencies } from './dependencies';
import { mediaPocketDialect } from './errors';
import { answer } from './trash';

const ok = z.object({ ok: z.literal('ok') }).meta({ id: 'MediaPocketOk' });

const ingestParameters = z.object({
  file_url: textParameter.describe('An http or https address of a public host'),
  filename: textParameter
    .superRefine((name, context) => {
      const fault = findIngestFilenameFault(name);
      if (fault !== null) context.addIssue({ code: 'custom', message: fault });
    })
    .describe('Shown as it is given; the file is offered for download under its cleaned base name'),
});

/** `POST /api/v2/assets/:asset_id/media`: answers as soon as the job that fetches the file is committed. */
export function ingestMediaRoutes(dependencies: MediaPocketDependencies): FastifyPluginAsyncZod {
  const { store, dispatcher, judgeUrl, urlSeal, now } = dependencies;
  return (app) => {
    app.post(
      '/api/v2/assets/:asset_id/media',
      {
        ...documentedOnly,
        // A bad address and a bad file name are refused in the words of their rules.
        config: { judgesTexts: ['file_url', 'filename'] },
        schema: {
          summary: 'Add media to asset',
          description:
            'Starts a job that fetches the file: the headers Job-Token and Location name it, and it is followed at ' +
            '/api/jobs/{token}. The asset can have several media; what it says of its file follows the newest one. A ' +
            'folder, and an asset in the trash bin, take none (400).',
          tags: ['assets'],
          params: assetParams,
          headers: idempotencyHeaders,
          body: ingestParameters,
          response: { 200: ok, ...mediaPocketDialect.errors(400, 403, 404, 422) },
        },
      },
      async (request, reply) => {
        const { user } = request;
        const asset = await openAsset(store.db, request.params.asset_id, user);
        assertMayWrite(asset);
        const key = readIdempotencyKey(request.headers['idempotency-key']);
        const { file_url: address, filename } = readParameters(ingestParameters, request.body);
        const url = readUrl(address, judgeUrl);
        const idempotency =
          key === null ? null : { key, request: JSON.stringify(['ingest_media', asset.uuid, url.href, filename]) };
        assertTakesMedia(asset);
        const { projectId, projectUuid } = asset;
        const { creation, job } = await createIngestJob(store.db, {
          token: newUuid(),
          asset,
          project: projectId === null || projectUuid === null ? null : { id: projectId, uuid: projectUuid },
          actor: user,
          urlSealed: urlSeal.seal(url.href, asset.uuid),
          urlHost: url.host,
          filename,
          idempotency,
          dispatched: false,
          now: now(),
        });
        if (creation.kind === 'conflict') {
          throw unprocessable('idempotency_key_reused', 'this Idempotency-Key was used for another request');
        }
        if (creation.kind === 'created') dispatcher.dispatch(job);
        return answer({ job: creation.token }, reply);
      },
    );
    return Promise.resolve();
  };
}

/** @throws Refusal 400, in the words of the page for what is no URL, else with the code of what speaks against it */
function readUrl(text: string, judgeUrl: JudgeUrl): URL {
  const verdict = judgeUrl(text);
  if (verdict.kind === 'allowed') return verdict.url;
  const { code } = verdict;
  const message = isDownloadCode(code) ? describeDownloadFault(code).message : code;
  throw new Refusal(400, code, message, { tellsCode: code !== 'url_invalid' });
}

function assertTakesMedia(asset: ReadableAsset): void {
  const refuse = (code: string, message: string) => new Refusal(400, code, message, { tellsCode: true });
  if (asset.mediaType === 'folder') throw refuse('asset_is_folder', 'Can not add media to a folder');
  if (asset.deletedAt !== null) throw refuse('in_trash', 'Can not add media to Assets that is in trash bin');
}
