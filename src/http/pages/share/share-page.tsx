import type { ComponentChildren } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { toKey } from '../../../domain/names';
import { sizeInWords } from '../../../domain/size-words';
import type { OpenShare, SharedAsset } from '../../../store/share-page';
import { ASSET_PATHS } from '../assets';
import { capitalized, grouped, instantInWords } from '../wording';

/** Where the things of a share lie, below its own address. */
export function sharePaths(token: string) {
  const page = `/s/${token}`;
  return {
    page,
    unlock: `${page}/unlock`,
    all: `${page}/download.zip`,
    preview: ({ uuid }: Pick<SharedAsset, 'uuid'>, size: string) => `${page}/assets/${toKey(uuid)}/preview/${size}`,
    download: ({ uuid }: Pick<SharedAsset, 'uuid'>) => `${page}/assets/${toKey(uuid)}/download`,
  };
}

/** The page of a share that is open to the reader. */
export function renderSharePage(token: string, share: OpenShare, assets: readonly SharedAsset[]): string {
  const mayDownload = share.permissions.includes('download');
  const paths = sharePaths(token);
  const files = assets.filter(({ media }) => media !== null);
  const title = share.name ?? 'Shared with you';
  return render(
    title,
    <>
      <section class="card">
        <p class="eyebrow">Shared by {share.from}</p>
        <h1>{title}</h1>
        {share.message === null ? null : <p class="message">{share.message}</p>}
        <p class="hint">{expiry(share)}</p>
        {mayDownload && files.length > 1 ? (
          <p>
            <a class="button primary" href={paths.all} download>
              Download all {grouped(files.length)} files
            </a>
          </p>
        ) : null}
      </section>
      <ul class="shared" aria-label="Shared assets">
        {assets.map((asset) => (
          <SharedCard key={asset.id} asset={asset} paths={paths} mayDownload={mayDownload} />
        ))}
      </ul>
    </>,
  );
}

function SharedCard({
  asset,
  paths,
  mayDownload,
}: {
  readonly asset: SharedAsset;
  readonly paths: ReturnType<typeof sharePaths>;
  readonly mayDownload: boolean;
}) {
  const { media, title } = asset;
  const preview = media?.previews.find((size) => size === 'medium') ?? media?.previews[0];
  return (
    <li class="card">
      {preview === undefined ? (
        <p class="kind" aria-hidden="true">
          {capitalized(asset.mediaType)}
        </p>
      ) : (
        <img src={paths.preview(asset, preview)} alt={`Preview of ${title}`} loading="lazy" />
      )}
      <h2>{title}</h2>
      <p class="hint">{media === null ? 'No file' : `${media.contentType}, ${sizeInWords(Number(media.sizeBytes))}`}</p>
      {media !== null && mayDownload ? (
        <p>
          <a class="button" href={paths.download(asset)} download aria-label={`Download ${title}`}>
            Download
          </a>
        </p>
      ) : null}
    </li>
  );
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

export type PasswordTrial = 'none' | 'wrong' | { readonly waitSeconds: number };

/** The form that asks for the password. It tells nothing of the share. */
export function renderPasswordPage(token: string, trial: PasswordTrial): string {
  const notice = noticeOf(trial);
  return render(
    trial === 'none' ? 'Password needed' : 'Password not accepted',
    <section class="card narrow">
      <h1>This link needs a password</h1>
      <p>Whoever sent you the link has it.</p>
      <form method="post" action={sharePaths(token).unlock} class="stack">
        <label for="password">Password</label>
        <input
          id="password"
          name="password"
          type="password"
          required
          autoFocus
          autoComplete="off"
          maxLength={1_024}
          aria-invalid={notice === null ? undefined : 'true'}
          aria-describedby={notice === null ? undefined : 'refused'}
        />
        {notice === null ? null : (
          <p id="refused" class="notice bad" role="alert">
            {notice}
          </p>
        )}
        <button class="primary">Open</button>
      </form>
    </section>,
  );
}

function noticeOf(trial: PasswordTrial): string | null {
  if (trial === 'none') return null;
  if (trial === 'wrong') return 'This is not the password.';
  return `There were too many wrong passwords. Try again in ${String(trial.waitSeconds)} seconds.`;
}

/** One page for every link that opens nothing: it does not tell whether it ever did. */
export const GONE_PAGE = render(
  'This link does not work',
  <section class="card narrow">
    <h1>This link does not work</h1>
    <p>
      It may be mistyped, or have expired, or its owner has taken it back. Ask whoever sent it to you for a new one.
    </p>
  </section>,
);

/** A refusal of something on the page of a share. */
export function renderShareError(title: string, text: string): string {
  return render(
    title,
    <section class="card narrow">
      <h1>{title}</h1>
      <p>{text}</p>
    </section>,
  );
}

function render(title: string, children: ComponentChildren): string {
  const page = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>{title}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex, nofollow" />
        <link rel="icon" href={ASSET_PATHS.icon} type="image/svg+xml" />
        <link rel="stylesheet" href={ASSET_PATHS.stylesheet} />
        <script type="module" src={ASSET_PATHS.shareScript} />
      </head>
      <body>
        <main id="main">{children}</main>
      </body>
    </html>
  );
  return `<!doctype html>\n${renderToString(page)}`;
}
