import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Principal } from '../../../domain/credentials';
import { readApprovalWait } from '../../../domain/approval-form';
import { APPROVAL_DECISIONS } from '../../../domain/dag-run';
import { answerApproval } from '../../../store/dag-approvals';
import { type DagRunDetails, readDagRun } from '../../../store/dag-run-reading';
import type { ShownRun } from '../../../store/dag-run-shown';
import { createDagRunActions } from '../../dag-run-actions';
import { openJob } from '../../dialects/jobs/job-access';
import { readIdempotencyKey } from '../../idempotency-key';
import { createJobActions, type SteeringAction } from '../../job-actions';
import { Refusal } from '../../refusal';
import type { PagesDependencies } from '../dependencies';
import { HTML } from '../page-headers';
import { readFields } from './action-form';
import type { LayoutOf } from './layouts';
import { type RefusedAnswer, VALUE_FIELD } from './run-approvals';
import { createRunPages, openRun, runParams } from './run-page-routes';

const key = { idempotency_key: z.string().optional() };
const emptyForm = z.strictObject({}).nullish();
const resumeForm = z.strictObject(key);
const rerunForm = z.strictObject({ ...key, from: z.string().default(''), newest: z.literal('on').optional() });
const approvalForm = z.object({ node: z.string(), decision: z.enum(APPROVAL_DECISIONS) }).catchall(z.string());

/** The buttons that are those of the run's job, by their addresses. */
const STEERING: Readonly<Record<string, SteeringAction>> = { pause: 'pause', unpause: 'resume', cancel: 'cancel' };

/** `POST /runs/:id/<action>`, from the buttons of a run's page: back to it, or on to the run that was made. */
export function runActionRoutes(dependencies: PagesDependencies, layoutOf: LayoutOf): FastifyPluginAsyncZod {
  const { db, dispatcher, now } = dependencies;
  const jobs = createJobActions(dependencies);
  const runs = createDagRunActions(dependencies);
  const drawPage = createRunPages(dependencies, layoutOf);

  return (app) => {
    for (const [address, action] of Object.entries(STEERING)) {
      app.post(`/runs/:id/${address}`, { schema: { params: runParams, body: emptyForm } }, async (request, reply) => {
        const run = await openRun(db, request.params.id, request.user);
        return reply.redirect(
          await pathAfter(run, async () => {
            await jobs.steer(action, await openJob(db, run.token, request.user), request.user);
            return `/runs/${run.id}#steer`;
          }),
          303,
        );
      });
    }

    app.post('/runs/:id/resume', { schema: { params: runParams, body: resumeForm } }, async (request, reply) => {
      const { user, params, body } = request;
      const run = await openRun(db, params.id, user);
      const make = async () => runs.resume(await readWhole(run), null, user, readIdempotencyKey(body.idempotency_key));
      return reply.redirect(await pathAfter(run, async () => `/runs/${(await make()).id}`), 303);
    });

    app.post('/runs/:id/rerun', { schema: { params: runParams, body: rerunForm } }, async (request, reply) => {
      const { user, params, body } = request;
      const run = await openRun(db, params.id, user);
      const wish = { from: body.from === '' ? null : body.from, newest: body.newest === 'on' };
      const make = async () => runs.rerun(await readWhole(run), wish, user, readIdempotencyKey(body.idempotency_key));
      return reply.redirect(await pathAfter(run, async () => `/runs/${(await make()).id}`), 303);
    });

    app.post('/runs/:id/approval', { schema: { params: runParams, body: approvalForm } }, async (request, reply) => {
      const { user, params, body } = request;
      const run = await openRun(db, params.id, user);
      const outcome = await answer(run, body, user);
      if (typeof outcome === 'string') return reply.redirect(`/runs/${run.id}?notice=${outcome}#approvals`, 303);
      // The reasons are words, which no address carries: they are told in the answer itself.
      const page = await drawPage(run.id, user, { notice: null, refusedAnswer: outcome, allMessages: false });
      return reply.code(422).type(HTML).send(page);
    });

    // Whoever reloads a page that told of a refusal, or comes back to it by its address.
    app.get('/runs/:id/approval', { schema: { params: runParams } }, (request, reply) =>
      reply.redirect(`/runs/${encodeURIComponent(request.params.id)}`, 303),
    );
    return Promise.resolve();
  };

  async function readWhole({ id }: ShownRun): Promise<DagRunDetails> {
    const run = await readDagRun(db, id);
    if (run === null) throw new Error(`run ${id} is gone`);
    return run;
  }

  /** The code of a notice, or what has to be mended. */
  async function answer(
    run: ShownRun,
    { node, decision, ...form }: z.infer<typeof approvalForm>,
    user: Principal,
  ): Promise<string | RefusedAnswer> {
    const asked = readApprovalWait(run.nodes.find(({ id }) => id === node)?.waiting ?? null)?.form ?? {};
    const types = Object.fromEntries(Object.entries(asked).map(([name, { type }]) => [name, type]));
    const { values } = readFields(types, VALUE_FIELD, form);
    const outcome = await answerApproval(db, { token: run.token, node, decision, values, user }, now());
    switch (outcome.kind) {
      case 'answered':
        dispatcher.nudge(run.token);
        return 'answered';
      case 'invalid':
        return {
          nodeId: node,
          values: Object.fromEntries(Object.keys(types).map((name) => [name, form[VALUE_FIELD + name] ?? ''])),
          faults: Object.fromEntries(outcome.faults.map(({ field, message }) => [field, message])),
        };
      case 'no_such_run':
      case 'no_such_node':
        return 'not_waiting';
      case 'unchanged':
      case 'already_answered':
      case 'not_waiting':
      case 'forbidden':
        return outcome.kind;
    }
  }
}

/** Where the browser goes on to: back to the run, with the code of a refusal, when that was no mistake of ours. */
async function pathAfter(run: ShownRun, act: () => Promise<string>): Promise<string> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Refusal) || error.statusCode === 422 || error.statusCode >= 500) throw error;
    return `/runs/${run.id}?notice=${encodeURIComponent(error.code)}`;
  }
}
