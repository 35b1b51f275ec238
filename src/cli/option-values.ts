import { InvalidArgumentError } from 'commander';

/** Readers of option values. What they throw is told by commander together with the name of the option. */

const MAX_NAME = 255;
const MAX_REFERENCE = 320;
const MAX_EMAIL = 254;
const MAX_DESCRIPTION = 2_000;
const MAX_TAGS = 100;
const MAX_PERMISSION = 64;
const MAX_TTL_SECONDS = 366 * 86_400;

/** Controls, line and paragraph separators, lone surrogates, and marks that make text read in another direction. */
const UNFIT = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const EMAIL = /^[^\s@"(),:;<>[\]\\]{1,64}@[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?)*$/u; // prettier-ignore
const PERMISSION = /^[A-Z][A-Z0-9_]*$/;
const TTL = /^([1-9][0-9]{0,8})([smhd]?)$/;
const SECONDS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3_600, d: 86_400 };

/** The name of a person, team or project: 1 to 255 characters. */
export function readName(value: string): string {
  return readText(value, MAX_NAME);
}

/** What names a thing that exists: name, e-mail address, id, uuid or key. */
export function readReference(value: string): string {
  return readText(value, MAX_REFERENCE);
}

/** A line that says what something is for. */
export function readDescription(value: string): string {
  return readText(value, MAX_DESCRIPTION);
}

/** Tags, separated by commas, each once. */
export function readTags(value: string): string[] {
  const tags = [...new Set(value.split(',').map(readName))];
  if (tags.length <= MAX_TAGS) return tags;
  throw new InvalidArgumentError(`It must name at most ${String(MAX_TAGS)} tags.`);
}

export function readEmail(value: string): string {
  const text = readText(value, MAX_EMAIL);
  if (!EMAIL.test(text)) throw new InvalidArgumentError('It must be an e-mail address such as ann@example.com.');
  return text;
}

/** A whole number within limits, both included. */
export function readWhole(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = /^[0-9]{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${String(least)} to ${String(most)}.`);
  };
}

/** Seconds, from `90s`, `15m`, `1h`, `7d`, or a bare number of seconds. */
export function readTtl(value: string): number {
  const [, amount, unit] = TTL.exec(value) ?? [];
  const seconds = Number(amount) * (SECONDS[unit ?? ''] ?? Number.NaN);
  if (seconds <= MAX_TTL_SECONDS) return seconds;
  throw new InvalidArgumentError('It must be a duration such as 90s, 15m, 1h or 7d, of 366 days at most.');
}

/** Names of permissions, separated by commas. */
export function readPermissions(value: string): string[] {
  const names = [...new Set(value.split(',').map((name) => name.trim()))];
  if (names.every((name) => PERMISSION.test(name) && name.length <= MAX_PERMISSION)) return names;
  throw new InvalidArgumentError(
    'It must be names in capitals, separated by commas, such as ACTIONS_VIEW,ACTIONS_START.',
  );
}

function readText(value: string, most: number): string {
  const text = value.normalize('NFC').trim();
  if (text === '') throw new InvalidArgumentError('It must not be empty.');
  if (UNFIT.test(text))
    throw new InvalidArgumentError('It must not hold control characters or marks of text direction.');
  if (Array.from(text).length > most)
    throw new InvalidArgumentError(`It must have at most ${String(most)} characters.`);
  return text;
}
