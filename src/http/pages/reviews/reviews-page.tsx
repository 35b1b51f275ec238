import type { ComponentChildren } from 'preact';
import type { AskedReview, WaitingReview } from '../../../store/review-lists';
import type { MediaLinks } from '../../media-links';
import { ASSET_PATHS } from '../assets';
import { renderPage } from '../layout';
import { capitalized, grouped, instantInWords } from '../wording';

interface Listed<Review> {
  readonly user: { readonly email: string };
  readonly reviews: readonly Review[];
  /** Of the page after this one; null at the end. */
  readonly next: string | null;
  readonly links: Pick<MediaLinks, 'sign'>;
}

/** What came of answers that have just been sent; numbers of assets. */
export interface AnswerTold {
  readonly answered: number;
  readonly refused: number;
  readonly nothingChosen: boolean;
}

const CHOSEN = 'chosen';
const WORDS = { pending: 'Pending', approved: 'Approved', needs_revision: 'Needs revision' } as const;
const CLOSED = { cancelled: 'cancelled', superseded: 'approval was forced', asked_again: 'asked again' } as const;

/** `/reviews`: what waits for the viewer, to be answered one by one or many at once. */
export function renderWaitingPage({
  user,
  reviews,
  next,
  links,
  told,
}: Listed<WaitingReview> & { readonly told: AnswerTold }): string {
  // prettier-ignore
  return render(
    user,
    'waiting',
    <>
      <Notices {...told} />
      {reviews.length === 0 ? (
        <p class="card empty">Nothing waits for your review.</p>
      ) : (
        <>
          <p class="hint keys">
            Keys: <kbd>j</kbd> and <kbd>k</kbd> next and previous, <kbd>a</kbd> approve, <kbd>r</kbd> needs revision,{' '}
            <kbd>c</kbd> comment, <kbd>x</kbd> tick
          </p>
          <ul class="shared reviews" aria-label="Waiting for your review">
            {reviews.map((review) => (
              <li class="card" key={review.id} tabIndex={-1} data-review="">
                <Preview review={review} links={links} />
                <h2>{review.title}</h2>
                <Facts review={review}>{review.from} asks</Facts>
                <form method="post" action="/reviews/answer" class="stack">
                  <input type="hidden" name="asset" value={review.assetUuid} />
                  <AnswerFields id={`comment-${review.id}`} of={review.title} />
                </form>
                <label class="pick">
                  <input type="checkbox" name={`pick-${review.assetUuid}`} value="on" form={CHOSEN} />
                  Tick {review.title}
                </label>
              </li>
            ))}
          </ul>
          <form method="post" action="/reviews/answer" id={CHOSEN} class="card stack">
            <h2>All that are ticked</h2>
            <AnswerFields id="comment-chosen" of="all that are ticked" />
          </form>
        </>
      )}
      <More href="/reviews?after=" next={next} />
    </>,
  );
}

/** `/reviews/asked`: the reviews that the viewer asked for, and who answered what. */
export function renderAskedPage({ user, reviews, next, links }: Listed<AskedReview>): string {
  return render(
    user,
    'asked',
    <>
      {reviews.length === 0 ? (
        <p class="card empty">You have asked for no reviews.</p>
      ) : (
        <ul class="shared reviews" aria-label="Reviews that you asked for">
          {reviews.map((review) => (
            <li class="card" key={review.id}>
              <Preview review={review} links={links} />
              <h2>{review.title}</h2>
              <Facts review={review}>
                {WORDS[review.status]}
                {review.closedReason === null ? '' : `, closed: ${CLOSED[review.closedReason]}`}
              </Facts>
              <ul class="voices" aria-label={`Answers on ${review.title}`}>
                {review.voices.map(({ name, answer, counts }) => (
                  <li key={name}>
                    {name}: {WORDS[answer]}
                    {counts ? '' : ', does not count any more'}
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ul>
      )}
      <More href="/reviews/asked?before=" next={next} />
    </>,
  );
}

function render(user: Listed<unknown>['user'], tab: 'waiting' | 'asked', children: ComponentChildren): string {
  const link = (name: typeof tab, href: string, text: string) => (
    <a href={href} aria-current={name === tab ? 'page' : undefined}>
      {text}
    </a>
  );
  const body = (
    <>
      <h1>Reviews</h1>
      <nav class="tabs" aria-label="Lists of reviews">
        {link('waiting', '/reviews', 'Waiting for me')}
        {link('asked', '/reviews/asked', 'Asked by me')}
      </nav>
      {children}
    </>
  );
  return renderPage({ title: 'Reviews', user, current: 'reviews', script: ASSET_PATHS.reviewsScript, children: body });
}

function Notices({ answered, refused, nothingChosen }: AnswerTold) {
  return (
    <>
      {answered === 0 ? null : (
        <p class="notice good" role="status">
          {answered === 1 ? '1 answer is given.' : `${grouped(answered)} answers are given.`}
        </p>
      )}
      {refused === 0 ? null : (
        <p class="notice bad" role="alert">
          {refused === 1
            ? '1 asset takes no answer of yours any more.'
            : `${grouped(refused)} assets take no answer of yours any more.`}{' '}
          {/* prettier-ignore */}
        </p>
      )}
      {nothingChosen ? (
        <p class="notice bad" role="alert">
          Nothing is ticked.
        </p>
      ) : null}
    </>
  );
}

function AnswerFields({ id, of }: { readonly id: string; readonly of: string }) {
  return (
    <>
      <label for={id}>Comment on {of}</label>
      <textarea id={id} name="comment" rows={2} maxLength={2_000} />
      <p class="answers">
        <button class="primary" name="answer" value="approved" aria-label={`Approve ${of}`}>
          Approve
        </button>
        <button name="answer" value="needs_revision" aria-label={`Needs revision: ${of}`}>
          Needs revision
        </button>
      </p>
    </>
  );
}

type Shown = Pick<WaitingReview, 'title' | 'mediaType' | 'media' | 'gallery' | 'message' | 'dueAt'>;

function Preview({ review, links }: { readonly review: Shown; readonly links: Listed<unknown>['links'] }) {
  const { media } = review;
  const variant = media?.previews.find((size) => size === 'medium') ?? media?.previews[0];
  if (media === null || variant === undefined) {
    return (
      <p class="kind" aria-hidden="true">
        {capitalized(review.mediaType)}
      </p>
    );
  }
  return <img src={links.sign({ mediaId: media.id, variant, filename: null })} alt={`Preview of ${review.title}`} loading="lazy" />; // prettier-ignore
}

function Facts({ review, children }: { readonly review: Shown; readonly children: ComponentChildren }) {
  return (
    <>
      <p class="hint">
        {children} · {review.gallery}
        {review.dueAt === null ? '' : ` · due ${instantInWords(review.dueAt.toISOString())}`}
      </p>
      {review.message === null ? null : <p class="message">{review.message}</p>}
    </>
  );
}

function More({ href, next }: { readonly href: string; readonly next: string | null }) {
  if (next === null) return null;
  return (
    <nav class="pages" aria-label="Pages of the list">
      <a href={`${href}${next}`} rel="next">
        Next
      </a>
    </nav>
  );
}
