import { z } from 'zod';
import { REVIEW_ANSWERS, type ReviewAnswer } from '../../../domain/review';
import { commentText } from '../media-pocket/comments-parameters';

const WORDS = `Must be one of: ${REVIEW_ANSWERS.map((word) => `<code>${word}</code>`).join(', ')}.`;
/** As the page has it, of a value that is no word either. */
const NUMBER = 'Must be a Integer';

/** An answer by its word or its number (0, 1 and 2, in the order of the words), also where a text holds the number. */
const statusParameter = z
  .union([z.string(), z.int()], NUMBER)
  .transform((said, context): ReviewAnswer => {
    const answer = REVIEW_ANSWERS.find((word, no) => said === word || said === no || said === String(no));
    if (answer === undefined) context.issues.push({ code: 'custom', message: WORDS, input: said });
    return answer ?? 'pending';
  })
  .meta({ enum: [...REVIEW_ANSWERS, 0, 1, 2] });

export const answerParameters = z.object({
  status: statusParameter.describe('`pending` (or 0) takes an answer back, `approved` is 1, `needs_revision` is 2'),
  comment: commentText.optional().describe('Becomes a comment on the asset. The same answer with the same comment again changes nothing'), // prettier-ignore
});
