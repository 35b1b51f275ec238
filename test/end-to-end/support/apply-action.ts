import type { Api } from './api';

/** Declares an action, or a new version of it; answers the status, 201 for a new one. */
export async function applyAction(
  api: Api,
  definition: Readonly<Record<string, unknown>> & { readonly name: string },
): Promise<number> {
  const answer = await api.client.send(`/api/dag_actions/${encodeURIComponent(definition.name)}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(definition),
  });
  if (answer.status >= 400) throw new Error(`${String(answer.status)}: ${await answer.text()}`);
  return answer.status;
}
