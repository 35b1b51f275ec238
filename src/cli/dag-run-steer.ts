import type { Command } from 'commander';
import { readApprovalWait } from '../domain/approval-form';
import { readInputs } from '../domain/dag-inputs';
import { findDagAction, readDagActionVersion } from '../store/dag-actions';
import { answerApproval, type ApprovalOutcome } from '../store/dag-approvals';
import type { DagRunDetails } from '../store/dag-run-reading';
import { repeatDagRun, type RepeatFault } from '../store/dag-run-repeat';
import { newUuid } from '../store/ids';
import type { JobState } from '../domain/job';
import { explain, type Tool } from './command';
import { assertMayStart, getRun, tellNewRun } from './dag-lookup';
import { type Pairs, readPair, readTyped, RUN_JSON } from './dag-run';
import { CommandFailure } from './failure';
import { answerOf, getActor, getJob } from './job-lookup';
import { type ActorOption, JOB_JSON, withActor } from './job-options';
import { tellTemporal } from './job-telling';
import { readReference } from './option-values';
import { type StoreSession, withStore } from './session';

interface RepeatOptions extends ActorOption {
  readonly from?: string;
  readonly newest?: boolean;
  readonly wait: boolean;
}

const RELATIONS = {
  resume: 'Go on where an ended run has failed, in a run of its own: what succeeded is kept',
  rerun: 'Do an ended run over, or a part of it, in a run of its own',
} as const;

/** `dag resume`, `dag rerun` and `dag approve`. */
export function addDagRunSteerCommands(group: Command, tool: Tool): void {
  for (const relation of ['resume', 'rerun'] as const) {
    const command = withActor(withRun(group.command(relation)))
      .description(RELATIONS[relation])
      .option('--from <node>', 'only this node and what depends on it', readReference)
      .option('--wait', 'go on with watching the new run until it has ended', false);
    if (relation === 'rerun') command.option('--newest', 'with the newest version of the action');
    command.action(async (text: string, options: RepeatOptions) => {
      const log = options.wait ? tool.log.child({}, { level: 'silent' }) : tool.log;
      await withStore({ ...tool, log }, (session) => repeat(tool, session, relation, text, options));
    });
    explain(command, { examples: [`dag ${relation} 12`, `dag ${relation} 12 --from tell --wait`], json: RUN_JSON });
  }
  const approve = withActor(withRun(group.command('approve')))
    .description('Answer an approval for which a node waits')
    .argument('<node>', 'its id', readReference)
    .option('--reject', 'reject it', false)
    .option('--value <name=value>', 'a field of its form; JSON, or a text as it is (repeatable)', readPair)
    .action(async (text: string, node: string, options: ActorOption & { reject: boolean; value?: Pairs }) => {
      await withStore(tool, (session) => approveNode(tool, session, { text, node, ...options }));
    });
  explain(approve, {
    examples: ['dag approve 12 sign_off --value note=fine', 'dag approve 12 sign_off --reject --as ann@example.com'],
    json: JOB_JSON,
  });
}

function withRun(command: Command): Command {
  return command.argument('<run>', 'its number, or the token of its job', readReference);
}

async function repeat(
  tool: Tool,
  session: StoreSession,
  relation: 'resume' | 'rerun',
  text: string,
  { as, from, newest = false, wait }: RepeatOptions,
): Promise<void> {
  const { db } = session.store;
  const actor = await getActor(session, as);
  await assertMayStart(session, actor);
  const run = await getRun(session, text);
  const action = newest
    ? await findDagAction(db, run.action.name)
    : await readDagActionVersion(db, run.action.id, run.version);
  if (action === null) throw new Error(`version ${String(run.version)} of action ${run.action.id} is gone`);
  const creation = await repeatDagRun(db, {
    ...{
      relation,
      origin: run,
      action,
      from: from ?? null,
      token: newUuid(),
      caller: actor,
      idempotency: null,
      dispatched: false,
    },
    inputs: newest ? inputsFor(action.definition.inputs, run) : run.inputs,
    now: new Date(tool.now()),
  });
  if (creation.kind === 'refused') throw REFUSALS[creation.refusal](creation.state, from ?? '');
  await tellNewRun(tool, session, creation, { wait, deed: `${relation === 'resume' ? 'resumes' : 'repeats'} run ${run.id}` }); // prettier-ignore
}

function inputsFor(declared: DagRunDetails['definition']['inputs'], run: DagRunDetails) {
  const known = Object.entries(run.inputs).filter(([name]) => Object.hasOwn(declared, name));
  const reading = readInputs(declared, Object.fromEntries(known));
  if (reading.kind === 'fine') return reading.inputs;
  const faults = reading.faults.map(({ input, message }) => `${input} ${message}`).join('; ');
  throw new CommandFailure('inputs_invalid', `the inputs of the run do not fit the newest version: ${faults}`);
}

const REFUSALS: Readonly<Record<RepeatFault, (state: JobState, node: string) => CommandFailure>> = {
  unknown_node: (_state, node) => new CommandFailure('node_not_found', `there is no node ${JSON.stringify(node)}`),
  not_ended: (state) => new CommandFailure('run_not_ended', `the run has not ended: its job is ${state}`),
  nothing_unfinished: () => new CommandFailure('nothing_unfinished', 'nothing of the run is unfinished: rerun it'),
  node_finished: (_state, node) => new CommandFailure('node_finished', `node ${node} has done its part: rerun from it`),
  no_asset: () => new CommandFailure('asset_not_found', 'the asset of the run is gone, or not to be seen'),
  in_trash: () => new CommandFailure('in_trash', 'the asset of the run is in the trash: restore it first'),
};

interface Approval extends ActorOption {
  readonly text: string;
  readonly node: string;
  readonly reject: boolean;
  readonly value?: Pairs;
}

async function approveNode(tool: Tool, session: StoreSession, approval: Approval): Promise<void> {
  const { text, node, reject, value = {} } = approval;
  const actor = await getActor(session, approval.as);
  const run = await getRun(session, text);
  const form = readApprovalWait(run.nodes.find(({ id }) => id === node)?.waiting ?? null)?.form ?? {};
  const values = Object.entries(value).map(([name, given]) => [name, readTyped(form[name]?.type, given)] as const);
  const outcome = await answerApproval(
    session.store.db,
    {
      ...{ token: run.token, node, decision: reject ? 'reject' : 'approve' },
      ...{ values: Object.fromEntries(values), user: actor },
    },
    new Date(tool.now()),
  );
  assertAnswered(outcome, node, actor.email);
  await tellTemporal(tool, session.store.db, (dispatcher) => {
    dispatcher.nudge(run.token);
  });
  const job = answerOf(tool, session.config, await getJob(session, run.token));
  tool.answer({ json: job, lines: [`Node ${node} of run ${run.id} was ${reject ? 'rejected' : 'approved'} by ${actor.email}.`] }); // prettier-ignore
}

function assertAnswered(outcome: ApprovalOutcome, node: string, email: string): void {
  switch (outcome.kind) {
    case 'answered':
    case 'unchanged':
      return;
    case 'already_answered':
      throw new CommandFailure('already_answered', `${outcome.decision.by} has answered before: ${outcome.decision.decision}`); // prettier-ignore
    case 'not_waiting':
      throw new CommandFailure('not_waiting', `node ${node} does not wait for an approval: it is ${outcome.state}`);
    case 'no_such_node':
      throw new CommandFailure('node_not_found', `there is no node ${JSON.stringify(node)}`);
    case 'no_such_run':
      throw new CommandFailure('run_not_found', `there is no such run that ${email} may see`);
    case 'forbidden':
      throw new CommandFailure('forbidden', `${email} may not answer approvals of this run`);
    case 'invalid':
      throw new CommandFailure('values_invalid', outcome.faults.map(({ field, message }) => `${field} ${message}`).join('; ')); // prettier-ignore
  }
}
