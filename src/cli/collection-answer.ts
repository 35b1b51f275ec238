import { toKey } from '../domain/names';
import type { CollectionRecord } from '../store/collections';
import { toJsonId } from './command';

/** The form of {@link toCollectionJson}, for the help. */
export const COLLECTION_JSON =
  '{"id", "uuid", "key", "title", "owner", "description", "category", "tags": ["…"], "public": true | false}';

export function toCollectionJson(collection: CollectionRecord) {
  const { id, uuid, title, owner, description, category, tags, isPublic } = collection;
  return { id: toJsonId(id), uuid, key: toKey(uuid), title, owner, description, category, tags, public: isPublic };
}
