import { sharePaths } from './paths';
import { renderShareLayout as render } from './share-layout';

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
