import { z } from 'zod';
import { type AssetFields, findFieldFault, toStoredFields } from '../../../domain/asset-fields';
import { oneOf, textParameter, textsParameter } from '../../parameters';
import { badRequest } from '../../refusal';

const optionalText = textParameter.nullable().optional();
const optional = {
  description: optionalText,
  category: optionalText.describe('Kept in lower case'),
  tags: textsParameter.nullable().optional().describe('Kept in lower case, each once'),
  external_id: optionalText.describe('Unique in the whole library'),
};

export const createParameters = z.object({
  title: textParameter.describe('At most 255 characters'),
  ...optional,
  media_type: oneOf(['article']).optional().describe('A placeholder for media to come when absent'),
});

/** What is absent stays as it is; null takes it away. */
export const updateParameters = z.object({
  title: textParameter.optional().describe('At most 255 characters'),
  ...optional,
});

/**
 * The fields that were sent, as they are to be kept. Tags that are null are none.
 * @throws Refusal 400 with what is wrong with one of them
 */
export function toAssetFields(sent: z.output<typeof updateParameters>): Partial<AssetFields> {
  const { title, description, category, tags, external_id } = sent;
  const fields = toStoredFields({
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(category !== undefined && { category }),
    ...(tags !== undefined && { tags: tags ?? [] }),
    ...(external_id !== undefined && { external_id }),
  });
  const fault = findFieldFault(fields);
  if (fault !== null) throw badRequest('invalid_field', fault);
  return fields;
}
