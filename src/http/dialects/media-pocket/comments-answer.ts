import { z } from 'zod';
import type { CommentRecord, CommentUser } from '../../../store/comment-reading';
import { nextCursor } from './newest-page';

const commentUser = z
  .object({
    id: z.int().nullable().describe('null: a guest of a share, who has no account'),
    email: z.string().nullable(),
    first_name: z.string().nullable(),
    last_name: z.string().nullable(),
    avatar_url: z.string().nullable(),
  })
  .meta({ id: 'CommentUser' });

const id = z.int();
const message = z.string();
const rest = {
  updated_at: z.iso.datetime().describe('When the text was written or last changed'),
  user: commentUser.describe('Who wrote it'),
  mentioned_users: z
    .array(commentUser)
    .describe('Users who may read the asset and whose address the text names as @ann@example.com'),
  share_id: z.int().optional().describe('The share on whose page it was written; absent from comments of the library'),
};

const comment = z.object({ id, message, ...rest }).meta({ id: 'Comment' });

/** `{"comments": […]}` */
export const commentsAnswer = z
  .object({ comments: z.array(comment), next_cursor: nextCursor })
  .meta({ id: 'CommentsAnswer' });

/** `{"comment": {…}}` */
export const commentAnswer = z.object({ comment }).meta({ id: 'CommentAnswer' });

/** The same of a comment that was changed: the page shows its text first. */
export const changedCommentAnswer = z
  .object({ comment: z.object({ message, id, ...rest }).meta({ id: 'ChangedComment' }) })
  .meta({ id: 'ChangedCommentAnswer' });

/** A comment as the Media Pocket API shows it. */
export function toCommentAnswer(record: CommentRecord): z.output<typeof comment> {
  return {
    id: Number(record.id),
    message: record.message,
    updated_at: record.updatedAt.toISOString(),
    user: record.user === null ? toGuestAnswer(record.guestName) : toUserAnswer(record.user),
    mentioned_users: record.mentionedUsers.map(toUserAnswer),
    ...(record.share === null ? {} : { share_id: Number(record.share.id) }),
  };
}

/** Marked in the name itself, so that no client shows a guest as somebody of the house. */
function toGuestAnswer(name: string | null): z.output<typeof commentUser> {
  return { id: null, email: null, first_name: name, last_name: '(guest)', avatar_url: null };
}

function toUserAnswer(user: CommentUser): z.output<typeof commentUser> {
  return {
    id: Number(user.id),
    email: user.email,
    first_name: user.firstName,
    last_name: user.lastName,
    avatar_url: user.avatarUrl,
  };
}
