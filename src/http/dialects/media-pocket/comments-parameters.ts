import { z } from 'zod';
import { hasAtMost, isVisible } from '../../../domain/comment-text';
import { textParameter } from '../../parameters';
import { assetParams } from './asset-access';

const MAX_LENGTH = 10_000;

/** The text of a comment, kept as it is written. Its length counts code points. */
export const commentText = textParameter
  .refine(isVisible, 'Must not be blank')
  .refine((text) => hasAtMost(text, MAX_LENGTH), `Must have at most ${String(MAX_LENGTH)} characters`)
  .meta({ minLength: 1, maxLength: MAX_LENGTH })
  .describe(`1 to ${String(MAX_LENGTH)} characters; line breaks are kept`);

export const commentBody = z.object({ comment: commentText }).meta({ id: 'CommentRequest' });

export const commentParams = assetParams.extend({ comment_id: z.string().describe('The number of the comment') });
