import { z } from 'zod';
import { APPROVAL_DECISIONS } from '../../../domain/dag-run';
import { parseName } from '../../../domain/names';
import { oneOf, textParameter } from '../../parameters';
import { assetParams } from './asset-access';

/** Of JSON, as every body is. */
const jsonObject = z.record(z.string(), z.unknown(), 'Must be an Object');

export const actionParams = assetParams.extend({
  dag_action_id: z.string().describe('The action: its id, uuid, key or name'),
});

export const runParams = assetParams.extend({
  run_id: z.string().describe('The number of the run; the token of its job does as well'),
});

export const nodeParams = runParams.extend({ node: z.string().describe('The id of the node') });

export const startBody = z
  .object({ inputs: jsonObject.default({}).describe('As the action declares them') })
  .meta({ id: 'DagActionStart' });

const from = textParameter.optional().describe('The id of a node');
const flag = z.boolean('Must be one of: <code>true</code>, <code>false</code>.');

export const resumeBody = z
  .object({ from: from.describe('Only this node and what depends on it; what else is unfinished is left out') })
  .meta({ id: 'DagActionRunResume' });

export const rerunBody = z
  .object({
    from: from.describe('This node and what depends on it; the others keep what they gave'),
    newest: flag.default(false).describe('With the newest version of the action'),
  })
  .meta({ id: 'DagActionRunRerun' });

export const approvalBody = z
  .object({
    decision: oneOf(APPROVAL_DECISIONS),
    values: jsonObject.default({}).describe('As the form of the node asks for'),
  })
  .meta({ id: 'DagApproval' });

const MAX_MESSAGES = 1000;
const LIMIT_RULE = `Must be a number from 1 to ${String(MAX_MESSAGES)}.`;

const wholeLimit = (most: number) =>
  z
    .string()
    .regex(/^[0-9]{1,4}$/, LIMIT_RULE)
    .meta({ type: 'integer', minimum: 1, maximum: most, pattern: undefined })
    .transform(Number)
    .pipe(z.int().min(1, LIMIT_RULE).max(most, LIMIT_RULE));

const idText = (rule: string) =>
  z
    .string()
    .refine((text) => parseName(text)?.by === 'id', rule)
    .meta({ type: 'integer', minimum: 0 });

/** Of our own: the published API knows no pages there. */
export const runsQuery = z.object({
  cursor: idText('Invalid cursor').optional().describe('next_cursor of the page before; absent or 0: from the newest'),
  limit: wholeLimit(MAX_MESSAGES)
    .optional()
    .describe(`How many at most; absent: ${String(MAX_MESSAGES)}`),
});

export const messagesQuery = z.object({
  after: idText('Must be the id of a message').default('0').describe('Messages after this one; 0: from the first'),
  limit: wholeLimit(MAX_MESSAGES).default(MAX_MESSAGES),
});
