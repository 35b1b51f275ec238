/** What people write about an asset. */
export interface AssetFields {
  readonly title: string;
  readonly description: string | null;
  readonly category: string | null;
  readonly tags: readonly string[];
  readonly external_id: string | null;
}

export type AssetField = keyof AssetFields;

/** In characters, as code points. */
const MAX_NAME = 255;
/** All of it together has to fit into the index of a search, which takes a megabyte of words. */
const MAX_DESCRIPTION = 65_535;
const MAX_TAGS = 100;

/** The fields as they are kept: category and tags in lower case, each tag once and in its first place. */
export function toStoredFields<Fields extends Partial<AssetFields>>(fields: Fields): Fields {
  const { category, tags } = fields;
  return {
    ...fields,
    ...(typeof category === 'string' && { category: category.toLowerCase() }),
    ...(tags !== undefined && { tags: [...new Set(tags.map((tag) => tag.toLowerCase()))] }),
  };
}

/** What is wrong with fields as they are to be kept, in the words of the Media Pocket API; null when they are fine. */
export function findFieldFault(fields: Partial<AssetFields>): string | null {
  const { title, description, category, tags, external_id: externalId } = fields;
  return (
    (isBlank(title) ? "Title can't be blank" : null) ??
    tooLong('Title', title, MAX_NAME) ??
    tooLong('Description', description, MAX_DESCRIPTION) ??
    tooLong('Category', category, MAX_NAME) ??
    faultOfTags(tags ?? []) ??
    (isBlank(externalId) ? "External id can't be blank" : null) ??
    tooLong('External id', externalId, MAX_NAME)
  );
}

function faultOfTags(tags: readonly string[]): string | null {
  if (tags.length > MAX_TAGS) return `Tags are too many (maximum is ${String(MAX_TAGS)} tags)`;
  if (tags.some((tag) => isBlank(tag))) return "Tag can't be blank";
  return tags.reduce<string | null>((fault, tag) => fault ?? tooLong('Tag', tag, MAX_NAME), null);
}

function tooLong(what: string, text: string | null | undefined, most: number): string | null {
  if (typeof text !== 'string' || text.length <= most || countCodePoints(text) <= most) return null;
  return `${what} is too long (maximum is ${String(most)} characters)`;
}

function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

function isBlank(text: string | null | undefined): boolean {
  return typeof text === 'string' && text.trim() === '';
}
