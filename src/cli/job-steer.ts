import type { Command } from 'commander';
import { cancelJob, pauseJob, resumeJob } from '../store/job-control';
import { explain, type Tool } from './command';
import { CommandFailure } from './failure';
import { describeJob } from './job-line';
import { answerOf, getActor, getJob } from './job-lookup';
import { type ActorOption, EXAMPLE_TOKEN, JOB_JSON, withActor, withToken } from './job-options';
import { tellTemporal } from './job-telling';
import { withStore } from './session';

const ACTIONS = {
  pause: {
    steer: pauseJob,
    description: 'Pause a job, queued or running; no chunk begins any more',
    notes: ['What is under way is waited for. A job that is paused already stays as it is.'],
  },
  resume: {
    steer: resumeJob,
    description: 'Let a paused job go on',
    notes: ['A job that is not paused stays as it is.'],
  },
  cancel: {
    steer: cancelJob,
    description: 'Cancel a job: what is moved stays moved, the rest stays where it is and is listed as remaining',
    notes: ['"job undo" puts back what was moved. A job that is cancelled already stays as it is.'],
  },
} as const;

const LATER = 'While Temporal does not answer, the change stands, and the workflow hears of it later.';

/** `job pause`, `job resume` and `job cancel`. */
export function addJobSteeringCommands(group: Command, tool: Tool): void {
  for (const action of ['pause', 'resume', 'cancel'] as const) {
    const { description, notes } = ACTIONS[action];
    const command = withActor(withToken(group.command(action)))
      .description(description)
      .action(async (token: string, { as }: ActorOption) => {
        await steer(tool, action, token, as);
      });
    explain(command, {
      notes: [...notes, LATER],
      examples: [`job ${action} ${EXAMPLE_TOKEN}`, `job ${action} ${EXAMPLE_TOKEN} --as ann@example.com`],
      json: JOB_JSON,
    });
  }
}

async function steer(tool: Tool, action: keyof typeof ACTIONS, token: string, as: string | undefined): Promise<void> {
  const job = await withStore(tool, async (session) => {
    const actor = await getActor(session, as);
    const found = await getJob(session, token, actor);
    const outcome = await ACTIONS[action].steer(session.store.db, found.id, actor, new Date(tool.now()));
    if (outcome === 'applied') {
      await tellTemporal(tool, session.store.db, (dispatcher) => {
        dispatcher.nudge(found.token);
      });
    }
    const after = await getJob(session, found.token);
    if (outcome === 'ended') throw new CommandFailure('job_ended', `the job has ended: it is ${after.state}`);
    return answerOf(tool, session.config, after);
  });
  tool.answer({ json: job, lines: [`Job ${job.token}: ${describeJob(job, tool.now())}`] });
}
