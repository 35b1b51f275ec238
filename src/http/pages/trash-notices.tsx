import type { PlacedAsset } from '../../store/asset-place';
import type { RefusedAsset, RestoredAsset, TrashOutcome } from './trash-outcome';
import { grouped } from './wording';

export interface TrashNoticesProps {
  readonly outcome: TrashOutcome;
  /** Uuids of what the page lists: for these the reason of a refusal stands there. */
  readonly listed: ReadonlySet<string>;
}

/** On top of the list: what came back and where it is, and what did not. */
export function TrashNotices({ outcome: { restored, refused, nothingChosen }, listed }: TrashNoticesProps) {
  return (
    <>
      {nothingChosen ? (
        <p class="notice bad" role="alert">
          Nothing was chosen. Tick what should come back.
        </p>
      ) : null}
      {restored.length === 0 ? null : (
        <div class="notice" role="status">
          <Several count={restored.length} heading="came back">
            {restored.map((each) => (
              <Restored key={each.asset.uuid} {...each} />
            ))}
          </Several>
        </div>
      )}
      {refused.length === 0 ? null : (
        <div class="notice bad" role="alert">
          <Several count={refused.length} heading="did not come back">
            {refused.map((each) => (
              <Refused key={each.uuid} refused={each} isListed={listed.has(each.uuid)} />
            ))}
          </Several>
        </div>
      )}
    </>
  );
}

function Several({ count, heading, children }: { count: number; heading: string; children: preact.JSX.Element[] }) {
  if (count === 1) return <p>{children}</p>;
  return (
    <>
      <p>
        {grouped(count)} items {heading}:
      </p>
      <ul class="listed">
        {children.map((child) => (
          <li key={child.key}>{child}</li>
        ))}
      </ul>
    </>
  );
}

function Restored({ asset, job }: RestoredAsset) {
  if (job === null) {
    return (
      <>
        <strong>{asset.title}</strong> is back {placeInWords(asset)}.
      </>
    );
  }
  return (
    <>
      <strong>{asset.title}</strong> took much along. <a href={`/jobs/${job}`}>A job brings it back</a>{' '}
      {placeInWords(asset)}.
    </>
  );
}

function Refused({ refused: { uuid, title, reason }, isListed }: { refused: RefusedAsset; isListed: boolean }) {
  const name = title === null ? <code>{uuid}</code> : <strong>{title}</strong>;
  if (!isListed) return <>{[name, ' did not come back. ', reason]}</>;
  return (
    <>
      <a href={`#asset-${uuid}`}>{name}</a> did not come back. The reason stands beside it.
    </>
  );
}

function placeInWords({ place, projectName }: PlacedAsset): string {
  if (place.kind === 'folder' || place.kind === 'trashed_folder') {
    return `in “${place.title}”${projectName === null ? '' : `, ${projectName}`}`;
  }
  return projectName === null ? 'outside any project' : `at the root of ${projectName}`;
}
