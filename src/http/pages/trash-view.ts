import { parseName } from '../../domain/names';
import type { TrashedAsset, TrashPosition } from '../../store/trash-list';
import { badField } from '../refusal';

/** Which part of the trash a page shows; an empty text is no condition, or the beginning. */
export interface TrashView {
  /** Uuid of a project. */
  readonly project: string;
  readonly cursor: string;
}

export const FIRST_PAGE = '';
const LAST_INSTANT_MS = 8.64e15;

/** The address of a part of the trash, with what else it should say. */
export function toTrashPath({ project, cursor }: TrashView, more: Readonly<Record<string, string>> = {}): string {
  const entries = Object.entries({ project, cursor, ...more }).filter(([, value]) => value !== '');
  return entries.length === 0 ? '/trash' : `/trash?${new URLSearchParams(entries).toString()}`;
}

/** The cursor that goes on after an asset: when it was trashed, in ms since the epoch, and its id. */
export function toTrashCursor({ deletedAt, id }: Pick<TrashedAsset, 'deletedAt' | 'id'>): string {
  return `${String(deletedAt.getTime())}-${id}`;
}

/** @throws Refusal 400 when it is none of {@link toTrashCursor} */
export function parseTrashCursor(cursor: string): TrashPosition | undefined {
  if (cursor === FIRST_PAGE) return undefined;
  const [, ms = '', id = ''] = /^(\d{1,16})-(\d+)$/.exec(cursor) ?? [];
  const name = parseName(id);
  if (ms === '' || Number(ms) > LAST_INSTANT_MS || name?.by !== 'id') {
    throw badField('cursor', 'must be that of a link on the page before');
  }
  return { deletedAt: new Date(Number(ms)), id: name.id };
}
