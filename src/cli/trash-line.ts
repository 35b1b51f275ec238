import { grouped } from '../domain/job-words';
import { toKey } from '../domain/names';
import type { TrashRoot } from '../store/purge-due';
import { shortInstant } from './instant';
import { oneLine } from './screen';
import { toTable } from './table';

/** Something in the trash, for scripts; instants as ISO texts. */
export function toTrashJson({ uuid, title, mediaType, project, trashedAt, dueAt, purging, assets }: TrashRoot) {
  return {
    key: toKey(uuid),
    title,
    media_type: mediaType,
    project: project === null ? null : { uuid: project.uuid, name: project.name },
    trashed_at: trashedAt.toISOString(),
    due_at: dueAt.toISOString(),
    purging,
    assets,
  };
}

const HEADER = ['KEY', 'TRASHED', 'DUE', 'ASSETS', 'PROJECT', 'TITLE'];

/** The same for people: a table. */
export function toTrashLines(roots: readonly TrashRoot[]): string[] {
  const rows = roots.map(({ uuid, title, project, trashedAt, dueAt, purging, assets }) => [
    toKey(uuid),
    shortInstant(trashedAt),
    purging ? 'being deleted' : shortInstant(dueAt),
    grouped(assets),
    oneLine(project?.name ?? '-'),
    oneLine(title),
  ]);
  return toTable(HEADER, rows);
}

/** `1 asset`, `2,000 assets`. */
export function assetsInWords(count: number): string {
  return `${grouped(count)} ${count === 1 ? 'asset' : 'assets'}`;
}
