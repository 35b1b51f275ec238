/** The functions of expressions. What is not listed is refused, so that a newer library does not bring in more than is known to be bounded. */
export const CEL_FUNCTIONS = [
  'size',
  'has',
  'string',
  'int',
  'double',
  'bool',
  'dyn',
  'timestamp',
  'duration',
] as const;

export const CEL_METHODS = [
  'size',
  'contains',
  'startsWith',
  'endsWith',
  'indexOf',
  'lastIndexOf',
  'substring',
  'lowerAscii',
  'upperAscii',
  'trim',
  'split',
  'join',
  'getFullYear',
  'getMonth',
  'getDate',
  'getDayOfMonth',
  'getDayOfWeek',
  'getDayOfYear',
  'getHours',
  'getMinutes',
  'getSeconds',
  'getMilliseconds',
] as const;

/** Methods with a variable of their own, which is their first argument. */
export const CEL_LOOPS = ['all', 'exists', 'exists_one', 'map', 'filter'] as const;

/** Their argument is searched for, so it must be short: a search may take as long as both lengths multiplied. */
const SEARCHES: ReadonlySet<string> = new Set([
  'contains',
  'indexOf',
  'lastIndexOf',
  'split',
  'startsWith',
  'endsWith',
]);

export function isFunction(name: string): boolean {
  return (CEL_FUNCTIONS as readonly string[]).includes(name);
}

export function isMethod(name: string): boolean {
  return (CEL_METHODS as readonly string[]).includes(name);
}

export function isLoop(name: string): boolean {
  return (CEL_LOOPS as readonly string[]).includes(name);
}

export function isSearch(name: string): boolean {
  return SEARCHES.has(name);
}

/** Of an instant or duration: with a time zone as its argument it is slow. */
export function isClock(name: string): boolean {
  return name.startsWith('get');
}
