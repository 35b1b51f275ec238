import { z } from 'zod';
import { textParameter } from '../../parameters';
import { assetParams } from './asset-access';

export const mediaParams = assetParams.extend({ media_id: z.string().describe('The number of the media') });

export const mediaQuery = z.object({
  include_locations: textParameter.optional().describe('`true`: tell where the bytes lie, too'),
});

/** They turn the text beside them round, so that `gpj.exe` reads `exe.jpg`. */
const DIRECTION_MARKS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

export const downloadUrlQuery = z.object({
  filename: textParameter
    .refine((name) => !DIRECTION_MARKS.test(name), 'Must not hold marks of writing direction')
    .describe('The name under which it is to be kept on disk'),
});
