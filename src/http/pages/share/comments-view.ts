import type { ShareComment } from '../../../store/share-comments';

/** What the page shows below an asset when comments are granted. */
export interface ShareCommentsView {
  /** The oldest first. */
  readonly comments: readonly ShareComment[];
  /** The id before which older ones lie; null at the first. */
  readonly olderThan: string | null;
  /** Who writes: somebody who has to say who he is, or a user by name. */
  readonly writer: 'guest' | 'user';
  /** The hidden field. */
  readonly form: string;
  /** What was sent and not taken, with the reasons by field; null for an empty form. */
  readonly draft: CommentDraft | null;
}

export interface CommentDraft {
  readonly message: string;
  readonly name: string;
  readonly faults: { readonly message?: string; readonly name?: string; readonly form?: string };
}
