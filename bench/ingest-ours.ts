import { sql } from 'kysely';
import { Client } from 'undici';
import type { Database } from '../src/store/database';
import type { Home } from './home';
import type { IngestLibrary } from './ingest-library';
import { openJobStream } from './job-stream';
import { VerificationError } from './verify-move';

/** The product, from the outside: from before the POST until the event stream says that the job has ended. */
export async function ingestMany(home: Home, { project }: IngestLibrary, urls: readonly string[]): Promise<number> {
  const { token, ms } = await runJob(home, project, {
    path: `/api/p/${project.projectUuid}/media/bulk`,
    body: urls.map((file_url, at) => ({ file_url, filename: `${String(at)}.jpg` })),
  });
  const { media, drawn } = await countMedia(home.store.db, token);
  if (media === urls.length && drawn === urls.length) return ms;
  throw new VerificationError(
    `of ${String(urls.length)} files ${String(media)} were attached, ${String(drawn)} with previews`,
  );
}

export async function ingestOne(
  home: Home,
  { project }: IngestLibrary,
  asset: string,
  url: string,
  sizeBytes: number,
): Promise<{ readonly ms: number; readonly sums: readonly string[] }> {
  const { token, ms } = await runJob(home, project, {
    path: `/api/v2/assets/${asset}/media`,
    body: { file_url: url, filename: 'big.bin' },
  });
  const media = await home.store.db
    .selectFrom('media as m')
    .innerJoin('ingests as n', 'n.media_id', 'm.id')
    .innerJoin('jobs as j', 'j.id', 'n.job_id')
    .select(['m.size_bytes', 'm.md5_sum', 'm.sha256_sum'])
    .where('j.uuid', '=', token)
    .executeTakeFirst();
  if (media?.size_bytes === String(sizeBytes)) return { ms, sums: [media.md5_sum, media.sha256_sum] };
  throw new VerificationError(`the file was attached with ${media?.size_bytes ?? 'no'} bytes`);
}

async function runJob(
  { origin }: Home,
  project: IngestLibrary['project'],
  { path, body }: { readonly path: string; readonly body: unknown },
): Promise<{ readonly token: string; readonly ms: number }> {
  const stream = await openJobStream(origin, project);
  const client = new Client(origin);
  try {
    const startedAt = performance.now();
    const headers = { 'x-api-key': project.apiKey, 'content-type': 'application/json' };
    const answer = await client.request({ method: 'POST', path, headers, body: JSON.stringify(body) });
    const token = String(answer.headers['job-token']);
    const text = await answer.body.text();
    if (answer.statusCode > 202) throw new Error(`POST ${path} answered ${String(answer.statusCode)}: ${text}`);
    const { at, data } = await stream.first(token, ({ info }) => info.outcome !== null);
    if (data.info.outcome !== 'succeeded') throw new Error(`job ${token} ended: ${JSON.stringify(data.info)}`);
    return { token, ms: at - startedAt };
  } finally {
    await client.close();
    await stream.close();
  }
}

async function countMedia(db: Database, token: string): Promise<{ readonly media: number; readonly drawn: number }> {
  const { rows } = await sql<{ media: number; drawn: number }>`
    select count(*)::int as media, count(*) filter (where cardinality(m.previews) = 3)::int as drawn
    from jobs j join ingests n on n.job_id = j.id join media m on m.id = n.media_id
    where j.uuid = ${token}`.execute(db);
  return rows[0] ?? { media: 0, drawn: 0 };
}
