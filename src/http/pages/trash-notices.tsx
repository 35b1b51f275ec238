import type { ComponentChildren } from 'preact';
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
          <Several
            heading="came back"
            lines={restored.map((each) => [each.asset.uuid, <Restored key="line" {...each} />])}
          />
        </div>
      )}
      {refused.length === 0 ? null : (
        <div class="notice bad" role="alert">
          <Several
            heading="did not come back"
            lines={refused.map((each) => [
              each.uuid,
              <Refused key="line" refused={each} isListed={listed.has(each.uuid)} />,
            ])}
          />
        </div>
      )}
    </>
  );
}

interface SeveralProps {
  readonly heading: string;
  readonly lines: readonly (readonly [uuid: string, line: ComponentChildren])[];
}

function Several({ heading, lines }: SeveralProps) {
  if (lines.length === 1) return <p>{lines[0]?.[1]}</p>;
  return (
    <>
      <p>
        {grouped(lines.length)} items {heading}:
      </p>
      <ul class="listed">
        {lines.map(([uuid, line]) => (
          <li key={uuid}>{line}</li>
        ))}
      </ul>
    </>
  );
}

function Restored({ asset, job }: RestoredAsset) {
  const name = <strong>{asset.title}</strong>;
  if (job === null || !asset.trashed) {
    return (
      <>
        {name} is back {placeInWords(asset)}.
      </>
    );
  }
  return (
    <>
      {name} took much along: <a href={`/jobs/${job}`}>a job brings it back</a> {placeInWords(asset)}.
    </>
  );
}

function Refused({ refused: { uuid, title, reason }, isListed }: { refused: RefusedAsset; isListed: boolean }) {
  const name = title === null ? <code>{uuid}</code> : <strong>{title}</strong>;
  if (!isListed) {
    return (
      <>
        {name} did not come back. {reason}
      </>
    );
  }
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
