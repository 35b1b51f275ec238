import type { Command } from 'commander';
import { toKey } from '../domain/names';
import { createCollection } from '../store/collections';
import { getUser } from '../store/lookup';
import { COLLECTION_JSON, toCollectionJson } from './collection-answer';
import { explain, type Tool } from './command';
import { readDescription, readName, readReference, readTags } from './option-values';
import { withStore } from './session';

interface CreateOptions {
  readonly title: string;
  readonly owner: string;
  readonly description?: string;
  readonly category?: string;
  readonly tags?: string[];
  readonly public?: boolean;
}

/** `collection create`. */
export function addCollectionCreateCommand(group: Command, tool: Tool): void {
  const create = group
    .command('create')
    .description("Make a collection, or answer the owner's of that title")
    .requiredOption('--title <title>', 'title', readName)
    .requiredOption('--owner <user>', 'e-mail address, id or uuid', readReference)
    .option('--description <text>', 'what it is for', readDescription)
    .option('--category <category>', 'kept in lower case', readName)
    .option('--tags <tags>', 'one or more, separated by commas, kept in lower case', readTags)
    .option('--public', 'shown to everybody who may read an asset in it, not to its owner alone')
    .action(async ({ title, owner, description, category, tags, public: isPublic = false }: CreateOptions) => {
      const collection = await withStore(tool, async ({ store: { db } }) =>
        createCollection(db, {
          title,
          ownerId: (await getUser(db, owner)).id,
          description: description ?? null,
          category: category ?? null,
          tags: tags ?? [],
          isPublic,
        }),
      );
      const { id, uuid, created } = collection;
      const names = `(id ${id}, uuid ${uuid}, key ${toKey(uuid)})`;
      const happened = created ? 'made' : 'existed already';
      tool.answer({
        json: toCollectionJson(collection),
        lines: [`Collection ${collection.title} ${names} of ${collection.owner} ${happened}.`],
      });
    });
  explain(create, {
    notes: ['One that exists is answered as it is: options beside its title and owner change nothing.'],
    examples: [
      'collection create --title "Best of spring" --owner ann@example.com',
      'collection create --title Press --owner ann@example.com --category press --tags spring,2026 --public',
    ],
    json: COLLECTION_JSON,
  });
}
