import { z } from 'zod';
import { textParameter } from '../../parameters';
import { assetParams } from './asset-access';

const MAX_LENGTH = 10_000;
/** Something that can be seen: no blank, and nothing that only steers how others look. */
const VISIBLE = /[^\s\p{Cc}\p{Default_Ignorable_Code_Point}]/u;

/** The text of a comment, kept as it is written. Its length counts code points. */
export const commentBody = z
  .object({
    comment: textParameter
      .refine((text) => VISIBLE.test(text), 'Must not be blank')
      .refine((text) => isShort(text), `Must have at most ${String(MAX_LENGTH)} characters`)
      .meta({ minLength: 1, maxLength: MAX_LENGTH })
      .describe(`1 to ${String(MAX_LENGTH)} characters; line breaks are kept`),
  })
  .meta({ id: 'CommentRequest' });

export const commentParams = assetParams.extend({ comment_id: z.string().describe('The number of the comment') });

function isShort(text: string): boolean {
  return text.length <= MAX_LENGTH || (text.length <= 2 * MAX_LENGTH && Array.from(text).length <= MAX_LENGTH);
}
