import { renderPage } from './layout';

export interface LoginPageOptions {
  /** Where to go on to; a path of ours. */
  readonly next: string;
  /** The key that was given is not good. */
  readonly refused: boolean;
}

/** `/login`: what this is, the form, and how to get a key. The key that was tried is never repeated. */
export function renderLoginPage({ next, refused }: LoginPageOptions): string {
  const body = (
    <section class="card narrow">
      <h1>Sign in</h1>
      <p>
        Longhaul runs the long operations of a digital asset library so that none of them is lost, doubled or left
        half-told. Here you see your jobs, and steer them.
      </p>
      <form method="post" action="/login" class="stack">
        {next === '/' ? null : <input type="hidden" name="next" value={next} />}
        <label for="api-key">API key</label>
        <input
          id="api-key"
          name="api_key"
          type="password"
          required
          autoFocus
          autoComplete="current-password"
          spellcheck={false}
          maxLength={200}
          aria-invalid={refused ? 'true' : undefined}
          aria-describedby={refused ? 'refused key-hint' : 'key-hint'}
        />
        {refused ? (
          <p id="refused" class="notice bad" role="alert">
            This API key is not valid: it is mistyped, or it has been revoked.
          </p>
        ) : null}
        <p id="key-hint" class="hint">
          Begins with <code>lh_</code>. The browser stays signed in for 12 hours, or until the key is revoked.
        </p>
        <button class="primary">Sign in</button>
      </form>
      {next === '/' ? null : (
        <p class="hint">
          Signed in already? <a href={next}>Go on to the page</a> you came for.
        </p>
      )}
      <h2>No key yet?</h2>
      <p>An administrator of this installation makes one, with the e-mail address of a user:</p>
      <pre tabIndex={0} aria-label="Command that makes an API key">
        <code>npm run longhaul -- api-key create --user you@example.com</code>
      </pre>
    </section>
  );
  return renderPage({ title: refused ? 'Not signed in: the key is not valid' : 'Sign in', user: null, children: body });
}
