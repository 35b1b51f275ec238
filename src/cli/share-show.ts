import type { Command } from 'commander';
import { toKey } from '../domain/names';
import { grouped } from '../domain/job-words';
import { statusAt } from '../domain/share';
import type { ShareContent, ShareRecord } from '../store/share-reading';
import { explain, type Tool, toJsonId } from './command';
import { utcInstant } from './instant';
import { countShown, SHARE_JSON, toShareJson } from './share-line';
import { EXAMPLE_SHARE, getShare, withShare } from './share-lookup';
import { withStore } from './session';
import { toFacts } from './table';

/** More would push what matters off the screen; --json has them all. */
const LISTED = 20;

/** `share show`. */
export function addShareShowCommand(group: Command, tool: Tool): void {
  const show = withShare(group.command('show'))
    .description('Tell all that is known of a share, but what opens it')
    .action(async (text: string) => {
      const now = new Date(tool.now());
      const share = await withStore(tool, (session) => getShare(session, text));
      const json = {
        ...toShareJson(share, now),
        message: share.message,
        time_zone: share.timeZone,
        contents: share.contents.map(toContentJson),
        recipients: share.recipients.map(({ email, userUuid }) => ({ email, user: userUuid })),
      };
      tool.answer({ json, lines: toLines(share, now) });
    });
  explain(show, {
    examples: [`share show ${EXAMPLE_SHARE}`, 'share show 7 --json'],
    json: `${SHARE_JSON.slice(0, -1)}, "message", "time_zone", "contents": [{"id", "uuid", "withdrawn_at", "withdrawn_reason"}, …], "recipients": [{"email", "user"}, …]}`,
  });
}

function toContentJson({ id, uuid, withdrawnAt, withdrawnReason }: ShareContent) {
  const at = withdrawnAt === null ? null : new Date(withdrawnAt).toISOString();
  return { id: toJsonId(id), uuid, withdrawn_at: at, withdrawn_reason: withdrawnReason };
}

function toLines(share: ShareRecord, now: Date): string[] {
  const { contents, recipients, expiresAt, revokedAt, projectName, projectUuid } = share;
  return toFacts([
    ['share', `${share.uuid} (id ${share.id}, key ${toKey(share.uuid)})`],
    ['name', share.name],
    ['message', share.message],
    ['status', statusAt(share, now)],
    ['type', share.type],
    ['permits', share.permissions.join(', ')],
    ['password', share.passwordHash === null ? 'none' : 'needed'],
    ['owner', share.ownerEmail],
    ['project', projectUuid === null ? null : `${projectName ?? ''} (${projectUuid})`],
    ['created', utcInstant(share.createdAt)],
    ['expires', expiresAt === null ? 'never' : utcInstant(expiresAt)],
    ['revoked', revokedAt === null ? null : utcInstant(revokedAt)],
    ['assets', `${grouped(countShown(share))} of ${grouped(contents.length)}`],
    ...listed(contents.map(toContentLine)),
    ['recipients', recipients.length === 0 ? 'none' : grouped(recipients.length)],
    ...listed(recipients.map(({ email }) => email)),
  ]);
}

function listed(lines: readonly string[]): (readonly [string, string])[] {
  const more = lines.length > LISTED ? [`… and ${grouped(lines.length - LISTED)} more`] : [];
  return [...lines.slice(0, LISTED), ...more].map((line) => ['', line]);
}

function toContentLine({ id, uuid, withdrawnAt, withdrawnReason }: ShareContent): string {
  const what = uuid ?? `id ${id}, deleted for good`;
  return withdrawnAt === null
    ? what
    : `${what}: ${withdrawnReason ?? 'withdrawn'} ${utcInstant(new Date(withdrawnAt))}`;
}
