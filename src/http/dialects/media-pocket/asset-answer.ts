import { z } from 'zod';
import { toKey } from '../../../domain/names';
import type { AssetRecord } from '../../../store/assets';

const instant = z.iso.datetime();

/** The asset of Media Pocket, its keys in the order of the page. */
export const asset = z
  .object({
    id: z.string().describe('Its key'),
    external_id: z.string().nullable().describe('Unique in the whole library'),
    parent_id: z.string().nullable().describe('Key of the folder that it lies in'),
    project_id: z.string().nullable().describe('Key of its project'),
    owner: z.string().describe('E-mail address'),
    title: z.string(),
    description: z.string().nullable(),
    category: z.string().nullable().describe('In lower case'),
    tags: z.array(z.string()).readonly().describe('In lower case'),
    ai_tags: z.array(z.string()).readonly(),
    status: z.string(),
    media_type: z.string(),
    original_filename: z.string().nullable(),
    drop_folder_id: z.int().nullable(),
    md5_sum: z.string().nullable(),
    created_date: instant,
    modification_date: instant,
    deleted: instant.nullable().describe('When it was put into the trash; null while it is live'),
  })
  .meta({ id: 'Asset' });

/** `{"asset": {…}}` */
export const assetAnswer = z.object({ asset }).meta({ id: 'AssetAnswer' });

/** The asset as the Media Pocket API shows it, inside `asset` or in a list. */
export function toAssetAnswer(record: AssetRecord): z.output<typeof asset> {
  return {
    id: toKey(record.uuid),
    external_id: record.externalId,
    parent_id: toOptionalKey(record.parentUuid),
    project_id: toOptionalKey(record.projectUuid),
    owner: record.owner,
    title: record.title,
    description: record.description,
    category: record.category,
    tags: record.tags,
    ai_tags: record.aiTags,
    status: record.status,
    media_type: record.mediaType,
    original_filename: record.originalFilename,
    drop_folder_id: record.dropFolderId === null ? null : Number(record.dropFolderId),
    md5_sum: record.md5Sum,
    created_date: record.createdAt.toISOString(),
    modification_date: record.updatedAt.toISOString(),
    deleted: record.deletedAt?.toISOString() ?? null,
  };
}

function toOptionalKey(uuid: string | null): string | null {
  return uuid === null ? null : toKey(uuid);
}
