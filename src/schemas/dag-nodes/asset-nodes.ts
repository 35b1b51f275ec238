import { z } from 'zod';
import { SHARE_PERMISSIONS, SHARE_TYPES } from '../../domain/share';
import { cleanText, defineNode, nameText } from './node-schema';

/** How long each may be is told in domain/asset-fields. */
const fieldText = cleanText.min(1);
const tagList = z.array(fieldText).max(100);

const userText = z.union(
  [z.email().max(254), z.string().regex(/^[A-Za-z0-9_-]{1,64}$/), z.int().positive()],
  'must be an e-mail address or the id of a user',
);

export const updateAssetNode = defineNode({
  kind: 'update_asset',
  description: 'Changes fields and tags of the asset',
  loopable: true,
  with: z
    .strictObject({
      asset: nameText.optional().describe('Absent: the asset of the run'),
      fields: z
        .strictObject({
          title: fieldText.optional(),
          description: cleanText.nullable().optional(),
          category: cleanText.nullable().optional(),
          external_id: fieldText.nullable().optional(),
        })
        .optional(),
      tags: tagList.optional().describe('All of them: those that it had are replaced'),
      add_tags: tagList.optional(),
      remove_tags: tagList.optional().describe('Also of those that are added'),
    })
    .refine((given) => Object.keys(given).some((key) => key !== 'asset'), 'must change something'),
  output: z.object({ asset: z.string(), title: z.string(), tags: z.array(z.string()) }),
});

export const moveNode = defineNode({
  kind: 'move',
  description: 'Moves the asset into a folder, or to the root of its project',
  loopable: true,
  with: z.strictObject({
    asset: nameText.optional().describe('Absent: the asset of the run'),
    to: nameText.describe('A folder of its project, or the project for its root'),
  }),
  output: z.object({ moved: z.boolean(), job: z.uuid() }),
});

export const assignNode = defineNode({
  kind: 'assign',
  description: 'Assigns the asset, with all that lies in it, to a project; to none with null',
  loopable: true,
  with: z.strictObject({ asset: nameText.optional(), project: nameText.nullable() }),
  output: z.object({ project: z.uuid().nullable(), job: z.uuid().nullable() }),
});

export const shareNode = defineNode({
  kind: 'share',
  description: 'Makes a share of the asset. The link itself is never an output: recipients are told by mail',
  loopable: true,
  with: z
    .strictObject({
      asset: nameText.optional(),
      name: cleanText.max(255).optional(),
      type: z.enum(SHARE_TYPES).default('link'),
      permissions: z.array(z.enum(SHARE_PERMISSIONS)).min(1).max(10).default(['view']),
      duration_hours: z.int().min(1).max(87_600).optional(),
      expires_at: z.iso.datetime({ offset: true }).optional(),
      users: z.array(userText).max(100).default([]).describe('E-mail addresses or ids, who are told by mail'),
      message: cleanText.max(5_000).optional(),
    })
    .refine(
      (given) => given.duration_hours === undefined || given.expires_at === undefined,
      'must not have both duration_hours and expires_at',
    ),
  output: z.object({ share: z.uuid(), expires_at: z.string().nullable() }),
});

const media = z.object({
  id: z.int(),
  filename: z.string(),
  media_type: z.string(),
  content_type: z.string(),
  size: z.int(),
  md5_sum: z.string(),
  sha256_sum: z.string(),
  width: z.number().nullable(),
  height: z.number().nullable(),
  duration: z.number().nullable(),
});

export const ingestMediaNode = defineNode({
  kind: 'ingest_media',
  description: 'Fetches a file from an address and attaches it to the asset',
  loopable: true,
  with: z.strictObject({
    asset: nameText.optional(),
    url: z.string().min(1).max(8_192),
    filename: z.string().min(1).max(1_024),
  }),
  output: z.object({ job: z.uuid(), media: media.nullable() }),
});

export const extractMetadataNode = defineNode({
  kind: 'extract_metadata',
  description: 'What the newest file of the asset says of itself',
  loopable: true,
  with: z.strictObject({ asset: nameText.optional() }),
  output: media.extend({ metadata: z.record(z.string(), z.json()) }),
});

export const makePreviewsNode = defineNode({
  kind: 'make_previews',
  description: 'Makes the previews of the newest file of the asset anew',
  loopable: true,
  with: z.strictObject({ asset: nameText.optional() }),
  output: z.object({ media: z.int(), previews: z.array(z.enum(['small', 'medium', 'large'])) }),
});
