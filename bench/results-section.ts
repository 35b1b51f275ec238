import type { Machine } from './machine';
import type { BenchResult } from './results';

const BEGIN = '<!-- The results: written by `npm run bench -- report`, not by hand. -->';
const END = '<!-- The end of the results. -->';
const GIB = 1024 ** 3;

/**
 * The page with the section between its marks replaced.
 * @throws Error when the page does not have both marks, once and in order
 */
export function putSection(page: string, section: string): string {
  const [before, rest, ...more] = page.split(BEGIN);
  const [old, after, ...others] = (rest ?? '').split(END);
  if (before === undefined || old === undefined || after === undefined || more.length > 0 || others.length > 0) {
    throw new Error(`the page must have "${BEGIN}" and "${END}", once each`);
  }
  return `${before}${BEGIN}\n\n${section.trim()}\n\n${END}${after}`;
}

/** The results as Markdown: the machines, the runs, and what was demanded of each. */
export function toSection(results: readonly BenchResult[]): string {
  if (results.length === 0) return 'Nothing has been measured yet.';
  return [
    ...machinesOf(results).map(toMachineText),
    '',
    ...tableOf(
      ['bench', 'sizes', 'began (UTC)', 'took', 'load before', 'median', 'most', 'commit'],
      results.map(({ bench, options, startedAt, seconds, load, machine }) => [
        bench,
        Object.entries(options).filter(([name]) => name !== 'assert').map(([name, value]) => `${name} ${String(value)}`).join(', '), // prettier-ignore
        startedAt.slice(0, 16).replace('T', ' '),
        `${seconds.toFixed(0)} s`,
        ...[load.before, load.median, load.most].map((value) => value.toFixed(1)),
        machine.commit ?? '',
      ]),
    ),
    '',
    'Load is the average of a minute, of everything on the machine: the bench and the servers that it starts are part of it.',
    '',
    ...tableOf(
      ['bench', 'what, and what is demanded', 'value', 'least to most of the rounds', ''],
      results.flatMap(({ bench, demands }) =>
        demands.map(({ text, value, met, rounds = [] }) => [
          bench,
          text,
          toNumber(value),
          rounds.length < 2 ? '' : `${toNumber(Math.min(...rounds))} to ${toNumber(Math.max(...rounds))}`,
          met ? 'met' : '**not met**',
        ]),
      ),
    ),
  ].join('\n');
}

/** Each of them once, with the benches that ran on it where there are several. */
function machinesOf(results: readonly BenchResult[]) {
  const machines = new Map<string, { machine: Machine; benches: string[] }>();
  for (const { bench, machine } of results) {
    // A bench without servers says nothing of them, and is on the machine of the others.
    const { cores, processor, memoryBytes, system, node, packages } = machine;
    const name = JSON.stringify([cores, processor, memoryBytes, system, node, packages]);
    const known = machines.get(name);
    if (known === undefined) machines.set(name, { machine, benches: [bench] });
    else {
      known.benches.push(bench);
      known.machine = { ...known.machine, postgres: known.machine.postgres ?? machine.postgres, temporal: known.machine.temporal ?? machine.temporal }; // prettier-ignore
    }
  }
  const found = [...machines.values()];
  return found.map(({ machine, benches }) => ({ machine, benches: found.length === 1 ? [] : benches }));
}

function toMachineText({ machine, benches }: { readonly machine: Machine; readonly benches: readonly string[] }) {
  const { cores, processor, memoryBytes, system, node, postgres, temporal, packages } = machine;
  const parts = [
    `${String(cores)} cores${processor === null ? '' : ` (${processor})`}`,
    `${(memoryBytes / GIB).toFixed(0)} GiB`,
    system,
    `Node ${node}`,
    ...(postgres === null ? [] : [`Postgres ${postgres}`]),
    ...(temporal === null ? [] : [`Temporal ${temporal}`]),
    ...Object.entries(packages).map(([name, version]) => `${name} ${version}`),
  ];
  return `${benches.length === 0 ? '' : `${benches.join(', ')}: `}${parts.join('; ')}.\n`;
}

/** Small numbers are ratios, large ones milliseconds or MiB. */
function toNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return Math.abs(value) < 10 ? String(Number(value.toFixed(2))) : Math.round(value).toLocaleString('en');
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const toLine = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [toLine(head), toLine(head.map(() => '---')), ...rows.map(toLine)];
}
