import { goneInWords } from '../../domain/trash-words';
import type { TrashedAsset } from '../../store/trash-list';
import { Instant } from './job-parts';
import { toTrashPath, type TrashView } from './trash-view';
import { grouped, instantInWords } from './wording';

export interface TrashListProps {
  readonly assets: readonly TrashedAsset[];
  readonly view: TrashView;
  readonly retentionMs: number;
  readonly nowMs: number;
  /** Why some of them were not restored, by uuid. */
  readonly reasons: ReadonlyMap<string, string>;
  /** The form to which the boxes belong. */
  readonly chooser: string;
}

/** What lies in the trash as a table; cards where the screen is narrow. */
export function TrashList(props: TrashListProps) {
  const { assets } = props;
  return (
    <table class="items trash">
      <thead>
        <tr>
          <th scope="col">Asset</th>
          <th scope="col">Where it lay</th>
          <th scope="col">Trashed</th>
          <th scope="col">Goes for good</th>
          <th scope="col">
            <span class="unseen">Restore</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {assets.map((asset) => (
          <Row key={asset.uuid} asset={asset} {...props} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ asset, view, retentionMs, nowMs, reasons, chooser }: TrashListProps & { asset: TrashedAsset }) {
  const { uuid, title, mediaType, deletedAt, trashedBy, mayWrite } = asset;
  const goneAt = new Date(deletedAt.getTime() + retentionMs);
  const reason = reasons.get(uuid);
  return (
    <tr id={`asset-${uuid}`} tabIndex={-1}>
      <td class="what">
        {mayWrite ? (
          <input type="checkbox" name={`pick-${uuid}`} form={chooser} aria-label={`Choose ${title}`} />
        ) : null}
        <div>
          <span class="title">{title}</span>
          <span class="hint">
            {mediaType}
            {alongInWords(asset)}
          </span>
          {reason === undefined ? null : (
            <p class="refused" id={`refused-${uuid}`}>
              {reason}
            </p>
          )}
        </div>
      </td>
      <td class="lay">
        <Where asset={asset} view={view} />
      </td>
      <td>
        <span class="label">Trashed </span>
        <ToTheMinute at={deletedAt} />{' '}
        {trashedBy === null ? null : (
          <span class="hint">
            <span class="label">by </span>
            {trashedBy}
          </span>
        )}
      </td>
      <td class="gone">
        <span class="label">Goes for good </span>
        <strong>{goneInWords(goneAt.getTime(), nowMs)}</strong>{' '}
        <span class="hint">
          <ToTheMinute at={goneAt} />
        </span>
      </td>
      <td class="act">
        {mayWrite ? (
          <RestoreButton asset={asset} view={view} isRefused={reason !== undefined} />
        ) : (
          <p class="hint">You may only read it</p>
        )}
      </td>
    </tr>
  );
}

/** The seconds are left to programs: nobody plans by them. */
function ToTheMinute({ at }: { at: Date }) {
  const iso = at.toISOString();
  return <Instant iso={iso} words={instantInWords(iso).replace(/:\d\d UTC$/, ' UTC')} />;
}

/** A form of its own: enter in a box then presses no other button than that of what was ticked. */
function RestoreButton({
  asset: { uuid, title },
  view,
  isRefused,
}: {
  asset: TrashedAsset;
  view: TrashView;
  isRefused: boolean;
}) {
  return (
    <form method="post" action="/trash/restore">
      <ViewFields view={view} />
      <button name="asset" value={uuid} aria-describedby={isRefused ? `refused-${uuid}` : undefined}>
        Restore<span class="unseen"> {title}</span>
      </button>
    </form>
  );
}

/** Brings whoever presses a button back to the same part of the list. */
export function ViewFields({ view: { project, cursor } }: { view: TrashView }) {
  return (
    <>
      {project === '' ? null : <input type="hidden" name="project" value={project} />}
      {cursor === '' ? null : <input type="hidden" name="cursor" value={cursor} />}
    </>
  );
}

function Where({ asset: { project, place }, view }: { asset: TrashedAsset; view: TrashView }) {
  return (
    <>
      {project === null ? (
        'Outside any project'
      ) : project.uuid === view.project ? (
        project.name
      ) : (
        <a href={toTrashPath({ project: project.uuid, cursor: '' })}>{project.name}</a>
      )}{' '}
      {project === null && place.kind === 'root' ? null : (
        <span class="hint">{PLACE_WORDS[place.kind]('title' in place ? place.title : '')}</span>
      )}
    </>
  );
}

const PLACE_WORDS: Readonly<Record<TrashedAsset['place']['kind'], (title: string) => string>> = {
  root: () => 'at the root',
  folder: (title) => `in “${title}”`,
  trashed_folder: (title) => `in “${title}”, which is in the trash too`,
  gone: () => 'in a folder that is gone: it comes back at the root',
};

function alongInWords({ wentAlong: { count, more } }: TrashedAsset): string {
  if (count === 0) return '';
  return `, and ${grouped(count)}${more ? '+' : ''} ${count === 1 ? 'item' : 'items'} in it`;
}
