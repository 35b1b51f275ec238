import { z } from 'zod';
import { type HistoryLine, type HistoryTarget, type NamedThing, toHistoryTargets } from '../../../domain/asset-history';
import { HISTORY_EVENT_TYPES } from '../../../domain/history';
import { toKey } from '../../../domain/names';

const instant = z.iso.datetime();
const GONE = 'null when it is gone, or not for your eyes';

const namedTarget = z.object({
  target_type: z.enum(['Asset', 'Folder', 'Project', 'Collection']),
  target: z.object({
    id: z.int(),
    elasticsearch_id: z.string().nullable().describe(`Its key; ${GONE}`),
    title: z.string().nullable().describe(`Its present title; ${GONE}`),
  }),
});
const numberedTarget = z.object({
  target_type: z.enum(['Comment', 'Share', 'Review']),
  target: z.object({ id: z.int() }),
});
const mediaTarget = z.object({
  target_type: z.literal('Media'),
  target: z.object({ id: z.int(), filename: z.string() }),
});

const result = z
  .object({
    id: z.int(),
    user_id: z.int().nullable().describe('Who did it; null: nobody, such as a schedule'),
    event_type: z.enum(HISTORY_EVENT_TYPES),
    created_at: instant,
    updated_at: instant,
    event_targets: z
      .array(z.union([namedTarget, numberedTarget, mediaTarget]))
      .describe('The asset, then what else it is about: where it was moved from and to (a folder, or the project for its root), the comment, the collection, the media, the share'), // prettier-ignore
  })
  .meta({ id: 'HistoryEvent' });

/** `{"history": {"results": […], "next_cursor": …}}` */
export const historyAnswer = z
  .object({
    history: z.object({
      results: z.array(result),
      next_cursor: z.int().nullable().describe('For the page after this one; null at the end'),
    }),
  })
  .meta({ id: 'History' });

/** The first `size` of these lines as a page, the rest a sign that there are more. */
export function toHistoryAnswer(lines: readonly HistoryLine[], size: number): z.output<typeof historyAnswer> {
  const page = lines.slice(0, size);
  const last = lines.length > size ? page.at(-1) : undefined;
  return { history: { results: page.map(toResult), next_cursor: last === undefined ? null : Number(last.id) } };
}

function toResult(line: HistoryLine): z.output<typeof result> {
  const at = line.at.toISOString();
  return {
    id: Number(line.id),
    user_id: line.actorId === null ? null : Number(line.actorId),
    event_type: HISTORY_EVENT_TYPES[line.kind],
    created_at: at,
    updated_at: at,
    event_targets: toHistoryTargets(line).map(toTarget),
  };
}

function toTarget(target: HistoryTarget) {
  switch (target.type) {
    case 'Comment':
    case 'Share':
    case 'Review':
      return { target_type: target.type, target: { id: target.id } };
    case 'Media':
      return { target_type: target.type, target: { id: target.id, filename: target.filename } };
    case 'Asset':
    case 'Folder':
    case 'Project':
    case 'Collection':
      return { target_type: target.type, target: toNamed(target.thing) };
  }
}

function toNamed({ id, uuid, title }: NamedThing) {
  return { id: Number(id), elasticsearch_id: uuid === null ? null : toKey(uuid), title };
}
