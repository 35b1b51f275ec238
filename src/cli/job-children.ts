import type { Command } from 'commander';
import type { Principal } from '../domain/credentials';
import type { JobState } from '../domain/job';
import { CHILD_PRUNED } from '../domain/job-retention';
import { grouped } from '../domain/job-words';
import { newUuid } from '../store/ids';
import { createChildJob, type ChildRefusal, type ChildRelation } from '../store/job-children';
import type { JobRecord } from '../store/jobs';
import { explain, type Tool } from './command';
import { CommandFailure } from './failure';
import { answerOf, getActor, getJob } from './job-lookup';
import { type ActorOption, EXAMPLE_TOKEN, JOB_JSON, withActor, withToken } from './job-options';
import { tellTemporal } from './job-telling';
import { WATCH_NOTES } from './job-watch';
import { watchJob } from './job-watching';
import { type StoreSession, withStore } from './session';

interface ChildOptions extends ActorOption {
  readonly watch?: boolean;
}

const RELATIONS = {
  retry: {
    description: 'Try the failed items of an ended job again, in a job of their own',
    deed: ({ counts }: JobRecord) => `tries the ${grouped(counts.failed)} failed items of`,
  },
  undo: {
    description: 'Put the moved items of an ended job back where they came from, in a job of their own',
    deed: ({ counts }: JobRecord) => `puts the ${grouped(counts.succeeded)} moved items back of`,
  },
} as const;

/** `job retry` and `job undo`. */
export function addJobChildCommands(group: Command, tool: Tool): void {
  for (const relation of ['retry', 'undo'] as const) {
    const command = withActor(withToken(group.command(relation)))
      .description(RELATIONS[relation].description)
      .option('--watch', 'go on with watching the new job')
      .action(async (token: string, { as, watch = false }: ChildOptions) => {
        const log = watch ? tool.log.child({}, { level: 'silent' }) : tool.log;
        await withStore({ ...tool, log }, (session) => makeChild(tool, session, { relation, token, as, watch }));
      });
    explain(command, {
      notes: ['While such a job of the same one is under way, that one is answered. With --watch:', ...WATCH_NOTES],
      examples: [`job ${relation} ${EXAMPLE_TOKEN}`, `job ${relation} ${EXAMPLE_TOKEN} --watch`],
      json: `${JOB_JSON}, of the new job`,
    });
  }
}

interface ChildWish {
  readonly relation: ChildRelation;
  readonly token: string;
  readonly as: string | undefined;
  readonly watch: boolean;
}

async function makeChild(tool: Tool, session: StoreSession, wish: ChildWish): Promise<void> {
  const actor = await getActor(session, wish.as);
  const parent = await getJob(session, wish.token, actor);
  const { token, isNew } = await startChild(tool, session, wish.relation, parent, actor);
  const happened = isNew ? RELATIONS[wish.relation].deed(parent) : `is under way already: the ${wish.relation} of`;
  const line = `Job ${token} ${happened} job ${parent.token}.`;
  if (wish.watch) {
    tool.line(line);
    await watchJob(tool, session, token);
    return;
  }
  const child = answerOf(tool, session.config, await getJob(session, token));
  tool.answer({ json: child, lines: [line] });
}

async function startChild(
  tool: Tool,
  { store: { db } }: StoreSession,
  relation: ChildRelation,
  parent: JobRecord,
  actor: Principal,
): Promise<{ token: string; isNew: boolean }> {
  const order = { relation, parentId: parent.id, token: newUuid(), caller: actor, idempotencyKey: null };
  const creation = await createChildJob(db, { ...order, dispatched: false, now: new Date(tool.now()) });
  switch (creation.kind) {
    case 'created':
      await tellTemporal(tool, db, (dispatcher) => {
        dispatcher.dispatch(creation.job);
      });
      return { token: creation.job.token, isNew: true };
    case 'existing':
      return { token: creation.token, isNew: false };
    case 'refused':
      throw REFUSALS[creation.refusal](creation.state, actor);
    case 'conflict':
      throw new Error('a request without a key cannot be one that was made otherwise before');
  }
}

const REFUSALS: Readonly<Record<ChildRefusal, (state: JobState, actor: Principal) => CommandFailure>> = {
  not_offered: () => new CommandFailure('not_offered', 'a job of this kind can be neither retried nor undone'),
  no_write: (_state, { email }) =>
    new CommandFailure('forbidden', `${email} has no right to write in the project of this job`),
  no_permission: (_state, { email }) =>
    new CommandFailure('forbidden', `${email} has no permission to start actions: ACTIONS_START is needed`),
  in_trash: () => new CommandFailure('in_trash', 'the asset of the run lies in the trash'),
  run_under_way: () =>
    new CommandFailure(
      'run_under_way',
      'another run of the action on the asset is under way, and it takes no second one',
    ),
  not_ended: (state) => new CommandFailure('job_not_ended', `the job has not ended: it is ${state}`),
  details_pruned: () => new CommandFailure('details_pruned', CHILD_PRUNED),
  nothing_failed: () => new CommandFailure('nothing_failed', 'no item of the job has failed'),
  nothing_retryable: () =>
    new CommandFailure(
      'nothing_retryable',
      'no failed item of the job can be tried again: the cause lasts, or the address is not kept any more',
    ),
  nothing_moved: () => new CommandFailure('nothing_moved', 'no item of the job was moved'),
};
