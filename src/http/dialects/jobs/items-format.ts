import Negotiator from 'negotiator';
import { REPORT_FORMATS } from '../../../domain/job-report';
import { Refusal } from '../../refusal';

export const ITEM_FORMATS = ['json', ...REPORT_FORMATS] as const;
export type ItemFormat = (typeof ITEM_FORMATS)[number];

/** As they are sent. The first one is for callers who do not care. */
export const MEDIA_TYPES: Readonly<Record<ItemFormat, string>> = {
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
  ndjson: 'application/x-ndjson; charset=utf-8',
};

/**
 * The form in which the items are wanted: the one that `format` names, else the best that `Accept` takes.
 * @throws Refusal 406 when it takes none
 */
export function chooseItemFormat(format: ItemFormat | undefined, accept: string | undefined): ItemFormat {
  if (format !== undefined) return format;
  if (accept === undefined || accept.trim() === '') return 'json';
  const best = new Negotiator({ headers: { accept } }).mediaType(Object.values(MEDIA_TYPES));
  const chosen = ITEM_FORMATS.find((each) => MEDIA_TYPES[each] === best);
  if (chosen !== undefined) return chosen;
  throw new Refusal(406, 'not_acceptable', 'items come as application/json, text/csv or application/x-ndjson', {
    headers: { vary: 'Accept' },
  });
}
