import type { Command } from 'commander';
import { isEnded } from '../domain/job';
import { durationInWords } from '../domain/job-words';
import { toStep } from '../domain/dag-run-steps';
import { type DagNodeRecord, type DagRunDetails, type DagRunRecord, listDagRuns } from '../store/dag-run-reading';
import { explain, toJsonId, type Tool } from './command';
import { getAssetFor, getRun } from './dag-lookup';
import { shortInstant, utcInstant } from './instant';
import { getActor } from './job-lookup';
import { readReference, readWhole } from './option-values';
import { oneLine } from './screen';
import { withStore } from './session';
import { toFacts, toTable } from './table';

const MAX_LIMIT = 1_000;
const DEFAULT_LIMIT = 50;

/** `dag runs` and `dag run-show`. */
export function addDagRunShowCommands(group: Command, tool: Tool): void {
  const runs = group
    .command('runs')
    .description('List the runs of actions on an asset, newest first')
    .requiredOption('--asset <asset>', 'id, uuid or key', readReference)
    .option('--limit <n>', 'runs at most', readWhole(1, MAX_LIMIT), DEFAULT_LIMIT)
    .action(async ({ asset: text, limit }: { asset: string; limit: number }) => {
      const found = await withStore(tool, async (session) => {
        const asset = await getAssetFor(session, text, await getActor(session, undefined));
        return listDagRuns(session.store.db, asset.id, { limit: limit + 1 });
      });
      const [shown, more] = [found.slice(0, limit), found.length > limit];
      const ending = more ? 'There are more: --limit lists them.' : 'Instants are UTC.';
      tool.answer({
        json: { runs: shown.map(toJson), more },
        lines: shown.length === 0 ? ['No runs.'] : [...toTable(HEADER, shown.map(toRow)), ending],
      });
    });
  explain(runs, {
    examples: ['dag runs --asset 42', 'dag runs --asset psSgRfiBJKpoHQ5TGdTY --json'],
    json: `{"runs": [${SHORT_JSON}, …], "more": true | false}`,
  });

  const show = group
    .command('run-show')
    .description('Tell how a run stands, node by node, what it waits for and what it told')
    .argument('<run>', 'its number, or the token of its job', readReference)
    .action(async (text: string) => {
      const run = await withStore(tool, (session) => getRun(session, text));
      tool.answer({ json: { ...toJson(run), ...toDetailsJson(run) }, lines: toDetails(run) });
    });
  explain(show, {
    examples: ['dag run-show 12', 'dag run-show 12 --json'],
    json: `${SHORT_JSON.slice(0, -1)}, "inputs", "nodes": [{"id", "state", "attempts", "message", "output", "error"}, …], "messages": [{"node", "attempt", "message", "created_at"}, …]}`,
  });
}

const SHORT_JSON = '{"id", "action", "version", "status", "job", "asset", "origin", "created_by", "created_at", "finished_at"}'; // prettier-ignore
const HEADER = ['RUN', 'STATUS', 'ACTION', 'VERSION', 'STARTED', 'BY', 'JOB'];

function toRow(run: DagRunRecord): string[] {
  const { id, status, action, version, createdAt, createdBy, token } = run;
  return [id, status, oneLine(action.name), String(version), shortInstant(createdAt), oneLine(createdBy), token];
}

function toJson(run: DagRunRecord) {
  return {
    ...{ id: toJsonId(run.id), action: run.action.name, version: run.version, status: run.status, job: run.token },
    ...{ asset: run.asset?.uuid ?? null, origin: run.origin, created_by: run.createdBy },
    created_at: run.createdAt.toISOString(),
    finished_at: run.finishedAt?.toISOString() ?? null,
  };
}

function toDetailsJson({ inputs, nodes, messages }: DagRunDetails) {
  return {
    inputs,
    nodes: nodes.map((node) => ({
      ...{ id: node.id, state: node.state, attempts: node.attempts, message: stepOf(node).message },
      ...{ output: node.output, error: node.error },
    })),
    messages: messages.map(({ node, attempt, message, createdAt }) => ({
      ...{ node, attempt, message },
      created_at: createdAt.toISOString(),
    })),
  };
}

const stepOf = (node: DagNodeRecord) => toStep({ ...node, error: node.error?.message ?? null });

function toDetails(run: DagRunDetails): string[] {
  const rows = run.nodes.map((node) => {
    const { message } = stepOf(node);
    const { startedAt: from, finishedAt: to } = node;
    const took = from === null || to === null || node.kept ? '' : durationInWords(from.toISOString(), to.toISOString());
    return [node.id, node.state, node.attempts === 0 ? '' : String(node.attempts), took, oneLine(message ?? '')];
  });
  return [
    ...toFacts([
      ['run', `${run.id}, ${run.status}`],
      ['action', `${run.action.name}, version ${String(run.version)}`],
      ['asset', run.asset === null ? 'gone' : `${run.asset.title} (${run.asset.uuid})`],
      ['job', run.token],
      ['reason', isEnded(run.jobState) ? null : run.waitingReason],
      ['origin', run.originRunId === null ? null : `${run.origin} of run ${run.originRunId}`],
      ['created', `${utcInstant(run.createdAt)} by ${run.createdBy}`],
      ['finished', run.finishedAt === null ? null : utcInstant(run.finishedAt)],
    ]),
    ...['', ...toTable(['NODE', 'STATE', 'ATTEMPTS', 'TOOK', ''], rows), ''],
    ...run.messages.map(({ message, createdAt }) => `${utcInstant(createdAt)}  ${oneLine(message)}`),
  ];
}
