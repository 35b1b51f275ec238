import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { PreviewSize } from '../../../src/domain/ingest-media';
import { toPreviewKey } from '../../../src/domain/object-keys';
import type { Database } from '../../../src/store/database';
import { makeTruncatedJpeg } from '../../support/media-hostile';
import { makeJpeg, makePdf, makePng, makeSvg, makeText, makeWav, makeWebp } from '../../support/media-files';
import { makeMp4 } from '../../support/media-mp4';
import type { Api } from './api';
import type { ServedFile } from './file-server';
import type { Installation } from './installation';
import { readTemporalCli } from './temporal-cli';

const KINDS = ['jpg', 'png', 'webp', 'svg', 'pdf', 'mp4', 'wav', 'txt', 'cut'] as const;

/** What the server of a test has, by path: files of every kind, each with bytes of its own, and empty ones. */
export async function makeServedFiles(count: number, delayMs: number): Promise<Readonly<Record<string, ServedFile>>> {
  const bytes: Readonly<Record<(typeof KINDS)[number], Buffer>> = {
    jpg: await makeJpeg(),
    png: await makePng(),
    webp: await makeWebp(),
    svg: makeSvg(),
    pdf: makePdf(),
    mp4: makeMp4(),
    wav: makeWav(),
    txt: makeText(),
    cut: await makeTruncatedJpeg(),
  };
  const paths = Array.from({ length: count }, (_, at) => {
    const kind = KINDS[at % KINDS.length] ?? 'txt';
    // What follows the end of a file is nobody's matter.
    const body = Buffer.concat([bytes[kind], Buffer.from(` ${String(at)}`)]);
    return [`/kind/${String(at)}.${kind}`, { body, delayMs }] as const;
  });
  return Object.fromEntries([...paths, ...EMPTY.map((path) => [path, { body: Buffer.alloc(0) }] as const)]);
}

const EMPTY = ['/empty/1', '/empty/2', '/empty/3'];

/** Asks for files in bulk and answers the job token; throws unless it is accepted. */
export async function postLines(api: Api, projectUuid: string, lines: readonly unknown[]): Promise<string> {
  const { status, body } = await api.post<{ result: { 'job.token': string } }>(
    `/api/p/${projectUuid}/media/bulk`,
    lines,
  );
  if (status !== 202) throw new Error(`media/bulk: ${String(status)} ${JSON.stringify(body)}`);
  return body.result['job.token'];
}

/** What the store holds of a job of files. */
export async function readIngested(db: Database, token: string) {
  const { rows } = await sql<{ attached: number; assets: number; media: number; histories: number; sealed: number }>`
    with item as (select n.* from ingests n join jobs j on j.id = n.job_id where j.uuid = ${token})
    select (select count(*)::int from item where media_id is not null) as attached,
      (select count(distinct a.id)::int from assets a join item on item.asset_uuid = a.uuid) as assets,
      (select count(*)::int from media m join assets a on a.id = m.asset_id join item on item.asset_uuid = a.uuid) as media,
      (select count(*)::int from history h join item on item.asset_id = h.asset_id where h.kind = 'media_added') as histories,
      (select count(*)::int from item where url_sealed is not null) as sealed`.execute(db);
  if (rows[0] === undefined) throw new Error(`job ${token} does not exist`);
  return rows[0];
}

/** What a worker has on its disk for jobs. */
export function listLeftovers(dataDir: string): readonly string[] {
  return ['ingest', 'previews'].flatMap((folder) => listFiles(join(dataDir, folder)));
}

/** What should lie there: the bytes of every media with their previews. */
export async function readObjectKeys(db: Database): Promise<readonly string[]> {
  const media = await db.selectFrom('media').select(['object_key', 'previews']).execute();
  const keys = media.flatMap(({ object_key: key, previews }) => [
    key,
    ...previews.map((size) => toPreviewKey(key, size as PreviewSize)),
  ]);
  return [...new Set(keys)].sort();
}

/** Removes what nothing names, as the schedule does, and what is young too. */
export async function sweepEverything(installation: Installation): Promise<void> {
  const named = ['--type', 'sweepObjectsWorkflow', '--task-queue', 'longhaul', '--workflow-id', randomUUID()];
  await readTemporalCli(installation, ['workflow', 'execute', ...named, '--input', '{"older_than_seconds":0}']);
}

function listFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  } catch {
    return [];
  }
}
