import { sizeInWords } from '../../../domain/size-words';
import type { OpenShare } from '../../../store/share-page';
import type { PlacedSharedAsset, SharedAsset } from '../../../store/share-shown';
import { capitalized, instantInWords } from '../wording';
import type { ShareCommentsView } from './comments-view';
import { CommentsSection } from './comments-section';
import { sharePaths, type SharePaths } from './paths';
import { renderShareLayout } from './share-layout';

/** A part of a list, and whether more follows. */
export interface SharedList {
  readonly assets: readonly SharedAsset[];
  readonly hasMore: boolean;
}

/** The page of a share that is open to the reader. */
export function renderSharePage(token: string, share: OpenShare, list: SharedList): string {
  const paths = sharePaths(token);
  const title = share.name ?? 'Shared with you';
  const several = list.hasMore || list.assets.length > 1 || list.assets.some(isFolder);
  return renderShareLayout(
    title,
    <>
      <section class="card">
        <p class="eyebrow">Shared by {share.from}</p>
        <h1>{title}</h1>
        {share.message === null ? null : <p class="message">{share.message}</p>}
        <p class="hint">{expiry(share)}</p>
        {mayDownload(share) && several ? <DownloadAll href={paths.all} /> : null}
      </section>
      <SharedCards share={share} list={list} paths={paths} path={paths.page} />
    </>,
  );
}

/** The page of one asset of a share: what lies in it, and what was said of it there. */
export function renderSharedAssetPage(
  token: string,
  share: OpenShare,
  asset: PlacedSharedAsset,
  list: SharedList | null,
  comments: ShareCommentsView | null,
): string {
  const paths = sharePaths(token);
  return renderShareLayout(
    asset.title,
    <>
      <section class="card">
        <Trail share={share} asset={asset} paths={paths} />
        <h1>{asset.title}</h1>
        {list === null ? (
          <Picture asset={asset} paths={paths} sizes={['large', 'medium']} />
        ) : list.assets.length === 0 ? (
          <p class="hint">There is nothing in this folder.</p>
        ) : null}
        {list === null ? <p class="hint">{fileInWords(asset)}</p> : null}
        {!mayDownload(share) ? null : list === null ? (
          <Download asset={asset} paths={paths} />
        ) : list.assets.length > 0 ? (
          <DownloadAll href={paths.allOf(asset)} />
        ) : null}
      </section>
      {list === null || list.assets.length === 0 ? null : (
        <SharedCards share={share} list={list} paths={paths} path={paths.asset(asset)} />
      )}
      {comments === null ? null : <CommentsSection asset={asset} view={comments} paths={paths} />}
    </>,
  );
}

/** Where in the share one is. */
function Trail({
  share,
  asset,
  paths,
}: {
  readonly share: OpenShare;
  readonly asset: PlacedSharedAsset;
  readonly paths: SharePaths;
}) {
  return (
    <nav class="trail" aria-label="Folders">
      <ol>
        <li>
          <a href={paths.page}>{share.name ?? 'Shared with you'}</a>
        </li>
        {asset.path.map((folder) => (
          <li key={folder.uuid}>
            <a href={paths.asset(folder)}>{folder.title}</a>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function SharedCards({
  share,
  list: { assets, hasMore },
  paths,
  path,
}: {
  readonly share: OpenShare;
  readonly list: SharedList;
  readonly paths: SharePaths;
  /** Of the page on which the list is. */
  readonly path: string;
}) {
  const last = assets.at(-1);
  return (
    <>
      <ul class="shared" aria-label="Shared assets">
        {assets.map((asset) => (
          <SharedCard key={asset.id} asset={asset} share={share} paths={paths} />
        ))}
      </ul>
      {hasMore && last !== undefined ? (
        <p class="more">
          <a class="button" href={paths.next(path, last)}>
            More
          </a>
        </p>
      ) : null}
    </>
  );
}

function SharedCard({
  asset,
  share,
  paths,
}: {
  readonly asset: SharedAsset;
  readonly share: OpenShare;
  readonly paths: SharePaths;
}) {
  return (
    <li class="card">
      <Picture asset={asset} paths={paths} sizes={['medium']} />
      <h2>
        <a href={paths.asset(asset)}>{asset.title}</a>
      </h2>
      <p class="hint">{isFolder(asset) ? 'Folder' : fileInWords(asset)}</p>
      {share.permissions.includes('comment') && !isFolder(asset) ? (
        <p class="hint">
          <a href={`${paths.asset(asset)}#comments`} aria-label={`${commentsInWords(asset)} on ${asset.title}`}>
            {commentsInWords(asset)}
          </a>
        </p>
      ) : null}
      {mayDownload(share) ? <Download asset={asset} paths={paths} /> : null}
    </li>
  );
}

function Picture({
  asset: { uuid, title, mediaType, media },
  paths,
  sizes,
}: {
  readonly asset: SharedAsset;
  readonly paths: SharePaths;
  /** Those that are wanted, the best first. */
  readonly sizes: readonly string[];
}) {
  const there = media?.previews ?? [];
  const size = sizes.find((wanted) => there.some((one) => one === wanted)) ?? there[0];
  if (size !== undefined) return <img src={paths.preview({ uuid }, size)} alt={`Preview of ${title}`} loading="lazy" />;
  return (
    <p class="kind" aria-hidden="true">
      {capitalized(mediaType)}
    </p>
  );
}

function Download({ asset, paths }: { readonly asset: SharedAsset; readonly paths: SharePaths }) {
  if (asset.media === null) return null;
  return (
    <p>
      <a class="button" href={paths.download(asset)} download aria-label={`Download ${asset.title}`}>
        Download
      </a>
    </p>
  );
}

function DownloadAll({ href }: { readonly href: string }) {
  return (
    <p>
      <a class="button primary" href={href} download>
        Download all files
      </a>
    </p>
  );
}

const isFolder = ({ mediaType }: Pick<SharedAsset, 'mediaType'>) => mediaType === 'folder';
const mayDownload = ({ permissions }: OpenShare) => permissions.includes('download');

function fileInWords({ media }: SharedAsset): string {
  return media === null ? 'No file' : `${media.contentType}, ${sizeInWords(Number(media.sizeBytes))}`;
}

function commentsInWords({ comments }: SharedAsset): string {
  if (comments === 0) return 'Comment';
  return comments === 1 ? '1 comment' : `${String(comments)} comments`;
}

function expiry({ expiresAt }: OpenShare) {
  if (expiresAt === null) return 'This link works until it is revoked.';
  const iso = expiresAt.toISOString();
  return (
    <>
      This link works until{' '}
      <time dateTime={iso} data-local="">
        {instantInWords(iso)}
      </time>
      .
    </>
  );
}
