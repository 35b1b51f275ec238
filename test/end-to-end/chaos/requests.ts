import { randomUUID } from 'node:crypto';
import type { Caller } from './caller';
import type { Findings } from './findings';

/** Asks for jobs, each request with a key of its own until it is answered. */
export interface Requests {
  /** The token of the job, null when it was refused, which is a finding. */
  move(parentUuid: string, selection: readonly unknown[]): Promise<string | null>;
  undo(token: string): Promise<string | null>;
  retry(token: string): Promise<string | null>;
  /** Of all jobs that were answered for. */
  readonly tokens: ReadonlySet<string>;
}

/** A child is answered as a job, a bulk move the way the Unicat API does. */
interface Accepted {
  readonly token?: string;
  readonly result?: { readonly 'job.token': string };
}

export function createRequests(caller: Caller, projectUuid: string, findings: Findings): Requests {
  const tokens = new Set<string>();

  async function ask(path: string, body?: unknown): Promise<string | null> {
    const answer = await caller.post<Accepted>(path, body, randomUUID());
    const token = answer.body.token ?? answer.body.result?.['job.token'];
    if (answer.status >= 300 || token === undefined) {
      findings.add('answers', `POST ${path} is answered with ${JSON.stringify(answer)}`);
      return null;
    }
    tokens.add(token);
    return token;
  }

  return {
    tokens,
    move: (parent, selection) => ask(`/api/p/${projectUuid}/assets/bulk/move`, { parent, selection }),
    undo: (token) => ask(`/api/jobs/${token}/undo`),
    retry: (token) => ask(`/api/jobs/${token}/retry`),
  };
}
