import { type Command, InvalidArgumentError } from 'commander';
import type { DagDefinition } from '../domain/dag-action';
import { readInputs } from '../domain/dag-inputs';
import { findDagAction } from '../store/dag-actions';
import { createDagRun } from '../store/dag-run-creation';
import { newUuid } from '../store/ids';
import { explain, type Tool } from './command';
import { assertMayStart, getAssetFor, tellNewRun } from './dag-lookup';
import { CommandFailure } from './failure';
import { getActor } from './job-lookup';
import { type ActorOption, JOB_JSON, withActor } from './job-options';
import { readReference } from './option-values';
import { type StoreSession, withStore } from './session';

export type Pairs = Readonly<Record<string, string>>;

/** `key=value`, as often as it is given. */
export function readPair(text: string, before: Pairs = {}): Pairs {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('It must have the form key=value.');
  return { ...before, [text.slice(0, equals)]: text.slice(equals + 1) };
}

/** A value as its declared type reads it: a text as it is, anything else as JSON. */
export function readTyped(type: string | undefined, text: string): unknown {
  if (type === 'string') return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

export const RUN_JSON = `{"run": <id>, "job": ${JOB_JSON}}`;

interface RunOptions extends ActorOption {
  readonly asset: string;
  readonly input?: Pairs;
  readonly user?: string;
  readonly wait: boolean;
}

/** `dag run`. */
export function addDagRunCommand(group: Command, tool: Tool): void {
  const run = withActor(group.command('run'))
    .description('Start an action on an asset')
    .argument('<action>', 'its name, id, uuid or key', readReference)
    .requiredOption('--asset <asset>', 'id, uuid or key', readReference)
    .option('--input <name=value>', 'an input; JSON, or a text as it is (repeatable)', readPair)
    .option('--user <user>', 'the same as --as', readReference)
    .option('--wait', 'go on with watching the run until it has ended', false)
    .action(async (action: string, options: RunOptions) => {
      const log = options.wait ? tool.log.child({}, { level: 'silent' }) : tool.log;
      await withStore({ ...tool, log }, (session) => startRun(tool, session, action, options));
    });
  explain(run, {
    examples: [
      'dag run "Publish with review" --asset 42',
      'dag run 7 --asset psSgRfiBJKpoHQ5TGdTY --input quality=90 --user ann@example.com --wait',
    ],
    json: RUN_JSON,
  });
}

async function startRun(tool: Tool, session: StoreSession, text: string, options: RunOptions): Promise<void> {
  const { db } = session.store;
  const actor = await getActor(session, options.user ?? options.as);
  await assertMayStart(session, actor);
  const asset = await getAssetFor(session, options.asset, actor);
  if (asset.deletedAt !== null) throw new CommandFailure('in_trash', 'the asset is in the trash: restore it first');
  const action = await findDagAction(db, text);
  if (action === null) throw new CommandFailure('action_not_found', `there is no action ${JSON.stringify(text)}`);
  const inputs = inputsOf(action.definition, options.input ?? {});
  const { projectId, projectUuid } = asset;
  const creation = await createDagRun(db, {
    ...{ token: newUuid(), action, asset, actor, inputs, origin: 'start', originRunId: null, keptNodes: [], depth: 0 },
    project: projectId === null || projectUuid === null ? null : { id: projectId, uuid: projectUuid },
    ...{ idempotency: null, dispatched: false, now: new Date(tool.now()) },
  });
  await tellNewRun(tool, session, creation, { wait: options.wait, deed: `of "${action.name}" is on its way` });
}

function inputsOf({ inputs: declared }: DagDefinition, given: Pairs) {
  const typed = Object.entries(given).map(([name, text]) => [name, readTyped(declared[name]?.type, text)] as const);
  const reading = readInputs(declared, Object.fromEntries(typed));
  if (reading.kind === 'fine') return reading.inputs;
  const faults = reading.faults.map(({ input, message }) => `${input} ${message}`).join('; ');
  throw new CommandFailure('inputs_invalid', `the inputs do not fit: ${faults}`);
}
