import { z } from 'zod';
import { defineNode, nameText } from './node-schema';

export const updateAssetNode = defineNode({
  kind: 'update_asset',
  description: 'Changes fields and tags of the asset',
  loopable: true,
  with: z
    .strictObject({
      asset: nameText.optional().describe('Absent: the asset of the run'),
      fields: z
        .strictObject({
          title: z.string().min(1).max(255).optional(),
          description: z.string().max(20_000).nullable().optional(),
          category: z.string().max(255).nullable().optional(),
          external_id: z.string().min(1).max(255).nullable().optional(),
        })
        .optional(),
      tags: z
        .array(z.string().min(1).max(255))
        .max(200)
        .optional()
        .describe('All of them: those that it had are replaced'),
      add_tags: z.array(z.string().min(1).max(255)).max(200).optional(),
      remove_tags: z.array(z.string().min(1).max(255)).max(200).optional(),
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
  with: z.strictObject({
    asset: nameText.optional(),
    name: z.string().max(255).optional(),
    type: z.enum(['link', 'user']).default('link'),
    permissions: z
      .array(z.enum(['view', 'download', 'comment']))
      .min(1)
      .default(['view']),
    duration_hours: z.number().int().positive().max(87_600).optional(),
    expires_at: z.iso.datetime({ offset: true }).optional(),
    users: z.array(z.string().min(1).max(320)).max(100).default([]).describe('E-mail addresses or ids'),
    message: z.string().max(2_000).optional(),
  }),
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
