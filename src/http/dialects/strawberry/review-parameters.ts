import { z } from 'zod';
import type { ReviewTerms } from '../../../store/review-request';
import { collectName, createNameList, type NameList } from '../../../domain/selection-names';
import { foldersSchema, messageSchema, termsShape } from '../../../schemas/review-request';
import { missingParameter } from '../../parameters';
import { booleanParameter } from './parameters';

const ARRAY_RULE = 'Must be an array of any type';
const IDS_RULE = 'Must be an array of asset ids';

/** Assets as a caller listed them; at the positions in `strange` are texts that are no name of anything. */
export interface ListedAssets {
  readonly given: readonly unknown[];
  readonly names: NameList;
  readonly strange: readonly number[];
}

const assetIds = z
  .unknown()
  .meta({
    type: 'array',
    items: { oneOf: [{ type: 'integer' }, { type: 'string' }] },
    description: 'Asset ids requested for review: id, uuid or key',
  }) // prettier-ignore
  .transform((value, context): ListedAssets => {
    const refuse = (message: string) => {
      context.addIssue({ code: 'custom', message, input: value });
      return z.NEVER;
    };
    if (!Array.isArray(value)) return refuse(ARRAY_RULE);
    const names = createNameList(value.length);
    const strange: number[] = [];
    for (const [position, one] of (value as readonly unknown[]).entries()) {
      if (collectName(names, one, position)) continue;
      if (typeof one !== 'string') return refuse(IDS_RULE);
      strange.push(position);
    }
    return { given: value, names, strange };
  })
  .optional();

export const NO_ASSETS: ListedAssets = { given: [], names: createNameList(0), strange: [] };

const scopeShape = {
  asset_ids: assetIds,
  folders: z
    .unknown()
    .refine((value) => Array.isArray(value), { message: ARRAY_RULE, abort: true })
    .pipe(foldersSchema)
    .optional()
    .meta({ type: 'array', items: { type: 'object', properties: { dirname: { type: 'string' } }, required: ['dirname'] }, description: 'Folders by their `dirname`, a path of titles from the root of the gallery; an empty one is the root' }), // prettier-ignore
  recursive: booleanParameter.optional().describe('With all that lies below the folders. Default: false'),
  dry_run: booleanParameter.optional().describe('Whether to count only, and change nothing'),
};

/** The parameters of a request for review. */
export const reviewRequestParameters = z
  .object({ ...scopeShape, ...termsShape, include_new_approvers: booleanParameter.nullable().optional() })
  .meta({ id: 'StrawberryReviewRequest' });

/** Those of a forced approval. */
export const forceApproveParameters = z
  .object({ ...scopeShape, message: messageSchema.describe('Why it is forced') })
  .meta({ id: 'StrawberryForcedApproval' });

/** What was sent, of either. */
export type SentReview = z.output<typeof forceApproveParameters> & Partial<z.output<typeof reviewRequestParameters>>;

/** @throws Refusal 422 when neither assets nor folders are named: nothing never means all */
export function assertSomething({ asset_ids: { given } = NO_ASSETS, folders }: SentReview): void {
  if (given.length + (folders?.length ?? 0) === 0) throw missingParameter('asset_ids or folders');
}

/** The terms of a request for review; null is the same as absent. */
export function toTerms(sent: SentReview): ReviewTerms {
  return {
    policy: sent.policy ?? { kind: 'all' },
    message: sent.message ?? null,
    dueAt: sent.due_at ?? null,
    remindEveryHours: sent.remind_every_hours ?? null,
    includeNewApprovers: sent.include_new_approvers ?? false,
  };
}

/** Those of a forced approval. */
export function toForcedTerms({ message }: SentReview): ReviewTerms {
  return { policy: null, message: message ?? null, dueAt: null, remindEveryHours: null, includeNewApprovers: false };
}
