import type { Command } from 'commander';
import type { Principal } from '../domain/credentials';
import { nameInUrl } from '../domain/bulk-ingest';
import { findIngestFilenameFault } from '../domain/ingest-filename';
import { describeIngestFault } from '../domain/ingest-verdict';
import { parseName } from '../domain/names';
import { findReadableAsset, type ReadableAsset } from '../store/asset-access';
import { newUuid } from '../store/ids';
import { createIngestJob } from '../store/ingest-creation';
import { addBulkIngestCommand } from './media-bulk';
import { explain, type Tool } from './command';
import { CommandFailure } from './failure';
import { answerOf, getActor, getJob } from './job-lookup';
import { type ActorOption, JOB_JSON, withActor } from './job-options';
import { tellTemporal } from './job-telling';
import { WATCH_NOTES } from './job-watch';
import { watchJob } from './job-watching';
import { readReference } from './option-values';
import { type StoreSession, withStore } from './session';

interface IngestOptions extends ActorOption {
  readonly asset: string;
  readonly url: string;
  readonly filename?: string;
  readonly watch?: boolean;
}

/** `media ingest` and `media ingest-bulk`. */
export function addMediaCommands(program: Command, tool: Tool): void {
  const group = program.command('media').description('Media of assets: ingest, ingest-bulk');
  addBulkIngestCommand(group, tool);
  const ingest = withActor(group.command('ingest'))
    .description('Fetch a file from a URL and attach it to an asset, in a job')
    .requiredOption('--asset <asset>', 'id, uuid or key', readReference)
    .requiredOption('--url <url>', 'an http or https address of a public host')
    .option('--filename <name>', 'under which it is shown and offered (default: what the path of the URL ends in)')
    .option('--watch', 'go on with watching the job')
    .action(async (options: IngestOptions) => {
      const log = options.watch === true ? tool.log.child({}, { level: 'silent' }) : tool.log;
      await withStore({ ...tool, log }, (session) => ingestFile(tool, session, options));
    });
  explain(ingest, {
    notes: [
      'The URL is kept sealed until the file is there: neither Temporal nor a log ever has it. With --watch:',
      ...WATCH_NOTES,
    ],
    examples: [
      'media ingest --asset psSgRfiBJKpoHQ5TGdTY --url https://cdn.example.com/a.jpg',
      'media ingest --asset 42 --url "https://cdn.example.com/a?sig=…" --filename a.jpg --watch',
    ],
    json: `${JOB_JSON}, of the new job`,
  });
}

async function ingestFile(tool: Tool, session: StoreSession, options: IngestOptions): Promise<void> {
  const actor = await getActor(session, options.as);
  const { judgeUrl, urlSeal } = await tool.openAddresses(session.config);
  const verdict = judgeUrl(options.url);
  if (verdict.kind === 'refused') {
    throw new CommandFailure(verdict.code, `--url: ${describeIngestFault(verdict.code) ?? verdict.code}`);
  }
  const { url } = verdict;
  const filename = options.filename ?? nameInUrl(url);
  const fault = findIngestFilenameFault(filename);
  if (fault !== null) throw new CommandFailure('filename_invalid', `--filename: ${fault}`);
  const asset = await getAsset(session, options.asset, actor);
  const { projectId, projectUuid } = asset;
  const token = newUuid();
  const { job } = await createIngestJob(session.store.db, {
    token,
    asset,
    project: projectId === null || projectUuid === null ? null : { id: projectId, uuid: projectUuid },
    actor,
    urlSealed: urlSeal.seal(url.href, asset.uuid),
    urlHost: url.host,
    filename,
    idempotency: null,
    dispatched: false,
    now: new Date(tool.now()),
  });
  await tellTemporal(tool, session.store.db, (dispatcher) => {
    dispatcher.dispatch(job);
  });
  const line = `Job ${token} fetches ${filename} for asset ${asset.uuid}.`;
  if (options.watch === true) {
    tool.line(line);
    await watchJob(tool, session, token);
    return;
  }
  tool.answer({ json: answerOf(tool, session.config, await getJob(session, token)), lines: [line] });
}

async function getAsset({ store }: StoreSession, text: string, actor: Principal): Promise<ReadableAsset> {
  const name = parseName(text);
  const asset = name === null ? null : await findReadableAsset(store.db, name, actor);
  if (asset === null) throw new CommandFailure('asset_not_found', `there is no asset ${JSON.stringify(text)} that ${actor.email} may see`); // prettier-ignore
  if (!asset.rights.write) throw new CommandFailure('forbidden', `${actor.email} has no right to change this asset`);
  if (asset.mediaType === 'folder') throw new CommandFailure('asset_is_folder', 'a folder holds assets and no media');
  if (asset.deletedAt !== null) throw new CommandFailure('in_trash', 'the asset is in the trash: restore it first');
  return asset;
}
