import type { Command } from 'commander';
import { revokeShare } from '../store/share-changes';
import { createTimerWaker } from '../temporal-wakers';
import { explain, type Tool } from './command';
import { CommandFailure } from './failure';
import { getActor } from './job-lookup';
import { type ActorOption, withActor } from './job-options';
import { withStore } from './session';
import { SHARE_JSON, toShareJson } from './share-line';
import { EXAMPLE_SHARE, getShare, withShare } from './share-lookup';
import { tellAtOnce } from './temporal-telling';

/** `share revoke`. */
export function addShareRevokeCommand(group: Command, tool: Tool): void {
  const revoke = withActor(withShare(group.command('revoke')))
    .description('Close a share for good; it stays listed, as revoked')
    .action(async (text: string, { as }: ActorOption) => {
      const now = new Date(tool.now());
      const { share, changed } = await withStore(tool, async (session) => {
        const actor = await getActor(session, as);
        const { id } = await getShare(session, text, actor);
        const outcome = await revokeShare(session.store.db, id, actor, now);
        // Nothing of what refuses other changes stands in the way of this one.
        if (outcome.kind !== 'done')
          throw new CommandFailure('not_revoked', `the share is not revoked: ${outcome.kind}`);
        return outcome;
      });
      if (changed) {
        await tellAtOnce(tool, 'the timer of shares hears of it within a minute', async (client) => {
          const timers = createTimerWaker(client);
          await timers.wake('shareExpiry');
          await timers.wake('mail');
        });
      }
      const happened = changed ? 'is revoked: its link opens nothing any more' : 'was revoked already';
      tool.answer({ json: { ...toShareJson(share, now), changed }, lines: [`Share ${share.uuid} ${happened}.`] });
    });
  explain(revoke, {
    notes: [
      'Its owner may, who manages the project, and administrators. Downloads that run are cut off within two seconds.',
      'While Temporal does not answer, the link is closed all the same.',
    ],
    examples: [`share revoke ${EXAMPLE_SHARE}`, 'share revoke 7 --as ann@example.com'],
    json: `${SHARE_JSON.slice(0, -1)}, "changed": true | false}`,
  });
}
