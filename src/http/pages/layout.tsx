import type { ComponentChildren } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { ASSET_PATHS } from './assets';

export interface PageOptions {
  readonly title: string;
  /** Who is signed in; null where nobody is, or nobody knows. */
  readonly user: { readonly email: string } | null;
  /** Which entry of the navigation is this page. */
  readonly current?: 'home' | 'jobs' | 'actions' | 'reviews' | 'trash';
  /** A script of this page alone. */
  readonly script?: string;
  /** Loads itself again after so many seconds where no script runs. */
  readonly refreshSeconds?: number | undefined;
  readonly children: ComponentChildren;
}

/** A whole page as text. Whatever is put into it is escaped. */
export function renderPage(options: PageOptions): string {
  return `<!doctype html>\n${renderToString(<Page {...options} />)}`;
}

function Page({ title, user, current, script, refreshSeconds, children }: PageOptions) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>{title === 'Longhaul' ? title : `${title} · Longhaul`}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href={ASSET_PATHS.icon} type="image/svg+xml" />
        <link rel="stylesheet" href={ASSET_PATHS.stylesheet} />
        <script type="module" src={ASSET_PATHS.script} />
        {script === undefined ? null : <script type="module" src={script} />}
        {refreshSeconds === undefined ? null : (
          <noscript>
            <meta http-equiv="refresh" content={String(refreshSeconds)} />
          </noscript>
        )}
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <Header user={user} current={current} />
        <main id="main" tabIndex={-1}>
          {children}
        </main>
        <p id="announcer" class="unseen" role="status" />
      </body>
    </html>
  );
}

function Header({ user, current }: { user: PageOptions['user']; current: PageOptions['current'] }) {
  const link = (page: PageOptions['current'], href: string, text: string) => (
    <a href={href} aria-current={page === current ? 'page' : undefined}>
      {text}
    </a>
  );
  return (
    <header class="bar">
      <nav aria-label="Pages">
        <a class="brand" href="/" aria-current={current === 'home' ? 'page' : undefined}>
          <img src={ASSET_PATHS.icon} alt="" width="22" height="22" />
          Longhaul
        </a>
        {user === null ? null : link('jobs', '/jobs', 'Jobs')}
        {user === null ? null : link('actions', '/actions', 'Actions')}
        {user === null ? null : link('reviews', '/reviews', 'Reviews')}
        {user === null ? null : link('trash', '/trash', 'Trash')}
        <a href="/docs">API</a>
      </nav>
      {user === null ? null : (
        <form method="post" action="/logout" class="account">
          <span class="email">{user.email}</span>
          <button class="quiet">Sign out</button>
        </form>
      )}
    </header>
  );
}
