import type { Command } from 'commander';
import { explain, type Tool } from './command';
import { getJob } from './job-lookup';
import { EXAMPLE_TOKEN, JOB_JSON, withToken } from './job-options';
import { watchJob } from './job-watching';
import { withStore } from './session';

/** What `--help` says of the end of the watching. */
export const WATCH_NOTES = [
  'It exits with 0 when every item is moved or skipped, and with 1 when some failed, or the job failed, was cancelled or',
  'rejected. Ctrl-C ends the watching (exit code 130), never the job.',
];

/** `job watch`. */
export function addJobWatchCommand(group: Command, tool: Tool): void {
  const watch = withToken(group.command('watch'))
    .description('Follow a job to its end, with a progress bar')
    .action(async (token: string) => {
      // A connection that is lost is no news: the display says that the store is waited for.
      const quiet = { ...tool, log: tool.log.child({}, { level: 'silent' }) };
      await withStore(quiet, async (session) => {
        const job = await getJob(session, token);
        await watchJob(tool, session, job.token);
      });
    });
  explain(watch, {
    notes: [
      'On a terminal one line is drawn anew twice a second; elsewhere each change is a line, one a second at most.',
      ...WATCH_NOTES,
    ],
    examples: [`job watch ${EXAMPLE_TOKEN}`, `job watch ${EXAMPLE_TOKEN} --json`],
    json: `${JOB_JSON}, at the end`,
  });
}
