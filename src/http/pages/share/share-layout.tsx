import type { ComponentChildren } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { ASSET_PATHS } from '../assets';

/** One page for every link that opens nothing: it does not tell whether it ever did. */
export const GONE_PAGE = renderShareLayout(
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
  return renderShareLayout(
    title,
    <section class="card narrow">
      <h1>{title}</h1>
      <p>{text}</p>
    </section>,
  );
}

/** A page under `/s`, as text. */
export function renderShareLayout(title: string, children: ComponentChildren): string {
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
