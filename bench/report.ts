import type { ContenderSummary, Demand, LatencySummary, Summary } from './summary';

/** The summary as a table for a terminal. */
export function toText({ contenders, posts, demands }: Summary): string {
  const ours = contenders.find(({ id }) => id === 'ours');
  const lines = [
    ...table(
      [
        '',
        'rows/s whole',
        'moving only',
        'selection ms',
        'moving ms',
        'ours/it whole',
        'ours/it moving',
        '1st chunk ms',
      ],
      contenders.map((one) => toRow(one, ours)),
    ),
    '',
    ...contenders.map(({ id, title, covers }) => `${label(id)} ${title}: ${covers}.`),
    'whole: selection and moving. moving only: from the moment at which the total is known; for (a) the same as whole.',
    '',
    ...table(
      ['POST, ms', 'ours p50', 'ours p95', '(d) p50', '(d) p95', 'ratio of p50'],
      [toLatencyRow('quiet', posts.quiet), toLatencyRow('rush', posts.rush)],
    ),
    '',
    '(d) a bare fastify handler in a process of its own: inserts the body as one row, committed; no credentials, no checks.',
    'quiet: nothing of Longhaul runs but the POST, 100 ms after the last job was done; this is the one that is demanded.',
    'rush: POST after POST while the jobs of those before run on the same cores; (d) has no jobs to run.',
    '',
    ...demands.map(demandLine),
  ];
  return `${lines.join('\n')}\n`;
}

function toRow(one: ContenderSummary, ours: ContenderSummary | undefined): string[] {
  const ratio = (pick: (of: ContenderSummary) => number) =>
    ours === undefined || one.id === 'ours' ? '' : (pick(ours) / pick(one)).toFixed(2);
  return [
    `${label(one.id)} ${one.title}`,
    whole(one.wholeRowsPerSecond),
    whole(one.movingRowsPerSecond),
    one.selectionMs === 0 ? '' : whole(one.selectionMs),
    whole(one.movingMs),
    ratio((of) => of.wholeRowsPerSecond),
    ratio((of) => of.movingRowsPerSecond),
    one.firstChunkMs === null ? '' : whole(one.firstChunkMs),
  ];
}

function toLatencyRow(name: string, { ours, bare, ratioOfP50 }: LatencySummary): string[] {
  return [name, ...[ours.p50, ours.p95, bare.p50, bare.p95, ratioOfP50].map((value) => value.toFixed(2))];
}

/** Rows under their titles, in columns. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const toLine = (cells: readonly string[]) =>
    cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ');
  return [toLine(head), toLine(widths.map((width) => '-'.repeat(width))), ...rows.map(toLine)];
}

function label(id: ContenderSummary['id']): string {
  return id === 'ours' ? 'ours' : `(${id})`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

/** A demand, its value and whether it is met, as a line. */
export function demandLine({ text, value, met }: Demand): string {
  return `${met ? 'met    ' : 'NOT met'}  ${text}  (${value.toFixed(2)})`;
}
