import { randomUUID } from 'node:crypto';
import type { Answer, SharingOrder } from '../support/api';
import type { Caller } from './caller';
import type { Findings } from './findings';

/** Asks for jobs, each request with a key of its own until it is answered. */
export interface Requests {
  /** The token of the job, null when it was refused, which is a finding. */
  move(parentUuid: string, selection: readonly unknown[]): Promise<string | null>;
  undo(token: string): Promise<string | null>;
  retry(token: string): Promise<string | null>;
  share(order: SharingOrder): Promise<string | null>;
  /** Any other order that is answered with a job. */
  ask(path: string, body: unknown): Promise<string | null>;
  /** A run of an action, which is answered with its own id: `tokenOf` finds its job. */
  run(path: string, body: unknown, tokenOf: (runId: number) => Promise<string | null>): Promise<string | null>;
  /** Of all jobs that were answered for. */
  readonly tokens: ReadonlySet<string>;
}

/** A child is answered as a job, other jobs the way that their API does. */
interface Accepted {
  readonly token?: string;
  readonly result?: { readonly 'job.token': string };
  /** Of a request for reviews. */
  readonly 'job.token'?: string;
}

interface AcceptedRun {
  readonly dag_action_run?: { readonly id: number };
}

export function createRequests(caller: Caller, projectUuid: string, findings: Findings): Requests {
  const tokens = new Set<string>();

  async function ask(path: string, body?: unknown): Promise<string | null> {
    const answer = await caller.post<Accepted>(path, body, randomUUID());
    return take(path, answer, answer.body.token ?? answer.body.result?.['job.token'] ?? answer.body['job.token']);
  }

  function take(path: string, answer: Answer<unknown>, token: string | null | undefined): string | null {
    if (answer.status >= 300 || token === undefined || token === null) {
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
    ask,
    async share(order) {
      const answer = await caller.share(projectUuid, order, randomUUID());
      return take('share', answer, answer.body.token);
    },
    async run(path, body, tokenOf) {
      const answer = await caller.post<AcceptedRun>(path, body, randomUUID());
      const id = answer.body.dag_action_run?.id;
      return take(path, answer, id === undefined ? null : await tokenOf(id));
    },
  };
}
