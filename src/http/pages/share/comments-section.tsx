import { MAX_GUEST_NAME, MAX_SHARE_COMMENT } from '../../../domain/share-comment';
import type { ShareComment } from '../../../store/share-comments';
import type { SharedAsset } from '../../../store/share-shown';
import { instantInWords } from '../wording';
import type { CommentDraft, ShareCommentsView } from './comments-view';
import type { SharePaths } from './paths';

/** What was said of an asset on the page of this share, and the form to say more. */
export function CommentsSection({
  asset,
  view,
  paths,
}: {
  readonly asset: SharedAsset;
  readonly view: ShareCommentsView;
  readonly paths: SharePaths;
}) {
  return (
    <section class="card" id="comments" aria-labelledby="comments-title">
      <h2 id="comments-title">Comments</h2>
      {view.olderThan === null ? null : (
        <p>
          <a href={`${paths.asset(asset)}?before=${view.olderThan}#comments`}>Older comments</a>
        </p>
      )}
      {view.comments.length === 0 ? (
        <p class="hint">Nobody has commented yet.</p>
      ) : (
        <ol class="comments">
          {view.comments.map((comment) => (
            <Comment key={comment.id} comment={comment} />
          ))}
        </ol>
      )}
      <CommentForm view={view} action={paths.comments(asset)} />
    </section>
  );
}

function Comment({ comment: { name, isGuest, message, at } }: { readonly comment: ShareComment }) {
  const iso = at.toISOString();
  return (
    <li>
      <p class="hint">
        <strong dir="auto">{name ?? 'A signed-in user'}</strong>
        {isGuest ? ' (guest, not verified)' : ''},{' '}
        <time dateTime={iso} data-local="">
          {instantInWords(iso)}
        </time>
      </p>
      <p class="message" dir="auto">
        {message}
      </p>
    </li>
  );
}

function CommentForm({ view, action }: { readonly view: ShareCommentsView; readonly action: string }) {
  const { draft, writer, form } = view;
  const faults: CommentDraft['faults'] = draft?.faults ?? {};
  return (
    <form method="post" action={action} class="stack" aria-labelledby="comment-title">
      <h3 id="comment-title">Write a comment</h3>
      <input type="hidden" name="form" value={form} />
      <Fault id="form-fault" text={faults.form} />
      {writer === 'guest' ? (
        <>
          <label for="name">Your name</label>
          <input
            id="name"
            name="name"
            required
            autoComplete="name"
            maxLength={MAX_GUEST_NAME}
            value={draft?.name ?? ''}
            {...marks('name-fault', faults.name)}
          />
          <Fault id="name-fault" text={faults.name} />
        </>
      ) : null}
      <label for="message">Comment</label>
      <textarea
        id="message"
        name="message"
        required
        rows={4}
        maxLength={MAX_SHARE_COMMENT}
        {...marks('message-fault', faults.message)}
      >
        {draft?.message ?? ''}
      </textarea>
      <Fault id="message-fault" text={faults.message} />
      <p class="hint">
        Whoever has this link can read it, and so can everybody who may see the asset in the library.
        {writer === 'guest' ? ' Your name is shown as that of a guest.' : ' It is shown under your own name.'}
      </p>
      <button class="primary">Send</button>
    </form>
  );
}

function marks(id: string, fault: string | undefined) {
  return fault === undefined ? {} : { 'aria-invalid': 'true' as const, 'aria-describedby': id };
}

function Fault({ id, text }: { readonly id: string; readonly text: string | undefined }) {
  if (text === undefined) return null;
  return (
    <p id={id} class="notice bad" role="alert">
      {text}
    </p>
  );
}
