import { type Name, parseName } from './names';
import { SelectionInvalid, type SelectionPath } from './selection-invalid';

/** What {@link SelectionInvalid} says of an id that is unknown, foreign, trashed or no id at all: they are not told apart. */
export const UNKNOWN_ASSET = 'no such asset in this project';

/**
 * Ids as a caller listed them, apart by form because a million of them is one array to the store. `order` has one entry
 * per position of the list, so that the position of an id is found again when it turns out to be bad.
 */
export interface NameList {
  /** Numbers of the store, as decimal text. */
  readonly ids: readonly string[];
  readonly uuids: readonly string[];
  readonly order: Uint8Array;
}

const BY_ID = 1;
const BY_UUID = 2;
/** The common form, recognised without the objects and big integers of {@link parseName}. */
const SHORT_ID = /^(?:0|[1-9][0-9]{0,17})$/;

export interface NameCollector extends NameList {
  readonly ids: string[];
  readonly uuids: string[];
}

/** A list of names to fill with {@link collectName}, for `length` positions. */
export function createNameList(length: number): NameCollector {
  return { ids: [], uuids: [], order: new Uint8Array(length) };
}

/** Adds the text or number at a position of the list when it has the form of a name; false when it has not. */
export function collectName(list: NameCollector, value: unknown, position: number): boolean {
  const text = typeof value === 'number' ? toIdText(value) : value;
  if (typeof text !== 'string') return false;
  const name = SHORT_ID.test(text) ? text : parseName(text);
  if (name === null) return false;
  if (typeof name === 'string' || name.by === 'id') {
    list.ids.push(text);
    list.order[position] = BY_ID;
  } else {
    list.uuids.push(name.uuid);
    list.order[position] = BY_UUID;
  }
  return true;
}

/** Reads a list that may hold nothing but names. */
export function parseNameList(value: unknown, path: SelectionPath): NameList {
  if (!Array.isArray(value)) throw new SelectionInvalid(path, 'must be a list of ids');
  const list = createNameList(value.length);
  for (let position = 0; position < value.length; position += 1) {
    if (!collectName(list, value[position], position)) throw refuseName(value[position], [...path, position]);
  }
  return list;
}

/** Reads one name: any of the three, or the number as a JSON integer. */
export function parseOneName(value: unknown, path: SelectionPath): Name {
  const text = typeof value === 'number' ? toIdText(value) : value;
  const name = typeof text === 'string' ? parseName(text) : null;
  if (name === null) throw refuseName(value, path);
  return name;
}

/** The refusal of a value that {@link collectName} did not take. */
export function refuseName(value: unknown, path: SelectionPath): SelectionInvalid {
  return new SelectionInvalid(path, typeof value === 'string' ? UNKNOWN_ASSET : 'must be an id');
}

/** The position in the caller's list of the nth (from 0) number or UUID. */
export function positionOf(list: NameList, form: 'id' | 'uuid', nth: number): number {
  const wanted = form === 'id' ? BY_ID : BY_UUID;
  let position = -1;
  for (let seen = -1; seen < nth;) {
    position += 1;
    if (position >= list.order.length) throw new RangeError(`the list has no ${form} no. ${String(nth)}`);
    if (list.order[position] === wanted) seen += 1;
  }
  return position;
}

function toIdText(value: number): string | null {
  return Number.isSafeInteger(value) && value >= 0 ? String(value) : null;
}
