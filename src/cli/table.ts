import { oneLine, widthOf } from './screen';

/** Rows as lines of text, columns two spaces apart and as wide as their longest cell. */
export function toTable(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => widthOf(row[column] ?? ''))));
  return all.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)))
      .join('  ')
      .trimEnd(),
  );
}

/** As wide as `in Temporal`, and a gap. */
const NAME_COLUMNS = 12;

/** What is known of one thing, a line each: its name, then its value; what is null is left out. */
export function toFacts(facts: readonly (readonly [string, string | null])[]): string[] {
  return facts.flatMap(([name, value]) => (value === null ? [] : [`${name.padEnd(NAME_COLUMNS)}${oneLine(value)}`]));
}
