import type { Command } from 'commander';
import type { Principal } from '../domain/credentials';
import { parseName, toKey } from '../domain/names';
import { findReadableAsset, type ReadableAsset } from '../store/asset-access';
import { collectAsset, type CollectionRecord, getCollection, uncollectAsset } from '../store/collections';
import { COLLECTION_JSON, toCollectionJson } from './collection-answer';
import { explain, toJsonId, type Tool } from './command';
import { CommandFailure } from './failure';
import { getActor } from './job-lookup';
import { type ActorOption, withActor } from './job-options';
import { readReference } from './option-values';
import { type StoreSession, withStore } from './session';

interface MembershipOptions extends ActorOption {
  readonly collection: string;
  readonly asset: string;
}

const ACTIONS = {
  add: {
    change: collectAsset,
    description: 'Put an asset into a collection',
    word: 'added',
    done: 'is now in',
    idle: 'was already in',
  },
  remove: {
    change: uncollectAsset,
    description: 'Take an asset out of a collection; the asset itself stays',
    word: 'removed',
    done: 'is no longer in',
    idle: 'was not in',
  },
} as const;

/** `collection add` and `collection remove`. */
export function addCollectionMembershipCommands(group: Command, tool: Tool): void {
  for (const action of ['add', 'remove'] as const) {
    const { description, word, done, idle } = ACTIONS[action];
    const command = withActor(group.command(action))
      .description(description)
      .requiredOption('--collection <collection>', 'title, id, uuid or key', readReference)
      .requiredOption('--asset <asset>', 'id, uuid or key', readReference)
      .action(async (options: MembershipOptions) => {
        const { asset, collection, changed } = await withStore(tool, (session) =>
          changeMembership(tool, session, action, options),
        );
        tool.answer({
          json: { collection: toCollectionJson(collection), asset: toAssetJson(asset), [word]: changed },
          lines: [`Asset ${asset.title} (id ${asset.id}) ${changed ? done : idle} collection ${collection.title}.`],
        });
      });
    explain(command, {
      notes: ['The collection must be of the one in whose name it is done, who must be able to read the asset;', 'administrators may change any.'], // prettier-ignore
      examples: [`collection ${action} --collection "Best of spring" --asset 1`],
      json: `{"collection": ${COLLECTION_JSON}, "asset": {"id", "uuid", "key", "title"}, "${word}": true | false}`,
    });
  }
}

async function changeMembership(
  tool: Tool,
  session: StoreSession,
  action: keyof typeof ACTIONS,
  options: MembershipOptions,
) {
  const { db } = session.store;
  const actor = await getActor(session, options.as);
  const collection = await getCollection(db, options.collection);
  const asset = await getAsset(session, options.asset, actor);
  assertMayChange(collection, actor);
  const deed = { collectionId: collection.id, assetId: asset.id, actorId: actor.id, at: new Date(tool.now()) };
  const change = await ACTIONS[action].change(db, deed);
  if (change === 'asset_gone') throw assetNotFound(options.asset);
  return { asset, collection, changed: change === 'changed' };
}

async function getAsset({ store }: StoreSession, text: string, actor: Principal): Promise<ReadableAsset> {
  const name = parseName(text);
  const asset = name === null ? null : await findReadableAsset(store.db, name, actor);
  if (asset === null) throw assetNotFound(text, actor);
  return asset;
}

function assertMayChange(collection: CollectionRecord, actor: Principal): void {
  if (actor.admin || collection.owner === actor.email) return;
  throw new CommandFailure('forbidden', `collection ${collection.title} is of ${collection.owner}, not of ${actor.email}`); // prettier-ignore
}

function assetNotFound(text: string, actor?: Principal): CommandFailure {
  const whom = actor === undefined || actor.admin ? '' : ` that ${actor.email} may read`;
  return new CommandFailure('asset_not_found', `there is no asset ${JSON.stringify(text)}${whom}`);
}

function toAssetJson({ id, uuid, title }: ReadableAsset) {
  return { id: toJsonId(id), uuid, key: toKey(uuid), title };
}
