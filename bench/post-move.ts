import type { Client } from 'undici';
import type { Library } from './library';

/** `POST /api/p/:gid/assets/bulk/move`; answers the job token when the whole answer has arrived. */
export async function postMove(
  client: Client,
  library: Library,
  body: { readonly parent: string; readonly selection: readonly unknown[] },
): Promise<string> {
  const answer = await client.request({
    method: 'POST',
    path: `/api/p/${library.projectUuid}/assets/bulk/move`,
    headers: { 'x-api-key': library.apiKey, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`bulk/move answered ${String(answer.statusCode)}: ${text}`);
  return (JSON.parse(text) as { result: { 'job.token': string } }).result['job.token'];
}
